package io.writeback.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocalOptionsTest {
  @Test
  void emptyValuesAreDefaults() {
    LocalOptions options =
        LocalOptions.parse(List.of("--once=", "--scale=", "--csv=", "--target=build"), null);
    assertFalse(options.once());
    assertEquals(0.01, options.scale());
    assertEquals(Optional.empty(), options.csv());
    assertEquals(Path.of("build"), options.target());
  }

  @Test
  void readsWhatIsGiven() {
    LocalOptions options =
        LocalOptions.parse(
            List.of("--once=true", "--scale=0.1", "--csv=a b.csv", "--connect.port=8083"),
            " -Plocal -Dlocal.once -Dlocal.scale=0.1");
    assertTrue(options.once());
    assertEquals(0.1, options.scale());
    assertEquals(Optional.of(Path.of("a b.csv")), options.csv());
    assertEquals(8083, options.connectPort());
  }

  @Test
  void anUnknownOptionIsNamedTogetherWithTheKnownOnes() {
    IllegalArgumentException unknown =
        assertThrows(
            IllegalArgumentException.class,
            () -> LocalOptions.parse(List.of(), "-Plocal -Dlocal.sclae=1 -Dlocal.once"));
    assertTrue(unknown.getMessage().contains("-Dlocal.sclae"), unknown.getMessage());
    assertTrue(unknown.getMessage().contains("-Dlocal.scale"), unknown.getMessage());
  }

  @Test
  void nonsenseIsRefusedWithTheOptionsName() {
    for (String bad :
        List.of(
            "--scale=0",
            "--scale=x",
            "--scale=1000",
            "--connect.port=70000",
            "--kafka.port=-1",
            "--interval.seconds=0",
            "--timeout.seconds=x")) {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class, () -> LocalOptions.parse(List.of(bad), null), bad);
      String key = bad.substring(2, bad.indexOf('='));
      assertTrue(refused.getMessage().contains(key), refused.getMessage());
    }
  }
}
