package io.writeback.standin.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.writeback.standin.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DomoCommandTest {
  @TempDir Path folder;

  private static Options options(String... args) {
    return Options.parse(List.of(args), DomoCommand.options());
  }

  @Test
  void thereAreThreeTpchTablesUnlessTold() {
    assertEquals(
        List.of("lineitem", "orders", "customer"),
        DomoCommand.specs(options()).stream().map(DataSetSpec::name).toList());
    assertEquals(
        List.of("region"),
        DomoCommand.specs(options("--tpch.tables=region", "--tpch.scale=0.1")).stream()
            .map(DataSetSpec::name)
            .toList());
  }

  @Test
  void filesAndRandomRowsAreDataSetsToo() throws Exception {
    Path file = Files.writeString(folder.resolve("people.csv"), "a,b\n1,2\n");
    List<DataSetSpec> specs =
        DomoCommand.specs(options("--tpch.scale=0", "--csv=" + file, "--random.rows=10"));
    assertEquals(List.of("people", "random"), specs.stream().map(DataSetSpec::name).toList());
    assertEquals(1, specs.get(0).rows().rowCount());
    assertEquals(10, specs.get(1).rows().rowCount());
  }

  @Test
  void settingsComeFromOptions() {
    Settings settings =
        DomoCommand.settings(
            options(
                "--port=4711",
                "--client.id=me",
                "--client.secret=pass",
                "--developer.token=dev",
                "--token.ttl.seconds=60"));
    assertEquals(4711, settings.port());
    assertEquals("me", settings.clientId());
    assertEquals("pass", settings.clientSecret());
    assertEquals("dev", settings.developerToken());
    assertEquals(Duration.ofSeconds(60), settings.tokenTtl());
  }

  @Test
  void badOptionsAreRefusedInWords() {
    for (String bad :
        List.of("--tpch.scale=big", "--tpch.tables=none", "--csv=missing.csv", "--random.rows=x")) {
      assertThrows(IllegalArgumentException.class, () -> DomoCommand.specs(options(bad)), bad);
    }
    assertThrows(IllegalArgumentException.class, () -> options("--colour=red"));
  }
}
