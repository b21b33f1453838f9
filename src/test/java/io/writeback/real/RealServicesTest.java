package io.writeback.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The probes against stand-ins that are as documented, and against such that lie: a probe that
 * cannot find anything is worth nothing.
 */
class RealServicesTest {
  private static final Set<String> WRONG =
      Set.of("bigquery.projekt", "bigquery.endpoint", "redshift.port", "real.domo.watch.seconds");

  @TempDir static Path dir;
  private static ClaimedServices services;
  private static Path file;

  @BeforeAll
  static void start() throws Exception {
    services = new ClaimedServices(dir);
    file = services.file(services.settings(), "rw-------");
  }

  @AfterAll
  static void stop() {
    services.close();
  }

  @AfterEach
  void honest() {
    services.honest();
  }

  private record Outcome(boolean quiet, List<String> lines) {}

  private static Outcome run(Path config, String only) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean quiet =
        RealServices.run(
            List.of("--config=" + config, "--only=" + only),
            new PrintStream(out, true, StandardCharsets.UTF_8));
    return new Outcome(quiet, out.toString(StandardCharsets.UTF_8).lines().toList());
  }

  @Test
  void everyPointHoldsAndNothingIsLeftBehind() throws Exception {
    Outcome outcome = run(file, "");
    assertEquals(RealServices.all().size(), outcome.lines().size(), outcome.lines().toString());
    for (String line : outcome.lines()) {
      assertTrue(line.matches("probe  [a-z0-9]+\\.[a-z-]+  holds  .+"), line);
      assertFalse(line.contains("left behind"), line);
    }
    assertTrue(outcome.quiet());
    assertNothingIsLeft();
    // Each way of uploading was tried, which a size too small for the second would not.
    assertTrue(outcome.lines().get(0).contains("(as the answer)"), outcome.lines().get(0));
    assertTrue(outcome.lines().get(1).contains("(with the last byte)"), outcome.lines().get(1));
  }

  @ParameterizedTest
  @EnumSource
  void aServiceThatDoesOtherwiseIsFoundOut(Lie lie) throws Exception {
    lie.tell(services);
    Outcome outcome = run(file, lie.probe());
    String line = outcome.lines().get(0);
    assertTrue(line.startsWith("probe  " + lie.probe() + "  BROKEN  "), line);
    assertTrue(line.contains(lie.words()), line);
    assertFalse(outcome.quiet());
    services.honest();
    assertNothingIsLeft();
  }

  @Test
  void everyProbeHasALieThatItFindsOut() {
    assertEquals(
        RealServices.all().stream().map(Probe::name).collect(Collectors.toSet()),
        EnumSet.allOf(Lie.class).stream().map(Lie::probe).collect(Collectors.toSet()));
  }

  private static void assertNothingIsLeft() throws Exception {
    assertEquals(List.of(), services.bigQueryTables());
    assertEquals(List.of(), services.redshiftTables());
    assertEquals(Set.of(), services.loadObjects());
    assertEquals(List.of(), services.s3.view().keys("writeback", ""));
  }

  @Test
  void whatIsNotGivenIsSkippedAndListed() throws Exception {
    Map<String, String> settings = new HashMap<>(services.settings());
    settings.keySet().removeIf(key -> !key.startsWith("s3."));
    Outcome outcome = run(services.file(settings, "rw-------"), "");
    Map<Boolean, List<String>> byBucket =
        outcome.lines().stream().collect(Collectors.partitioningBy(l -> l.contains("  s3.")));
    assertTrue(byBucket.get(true).get(0).contains("  holds  "), outcome.lines().toString());
    assertEquals(RealServices.all().size() - 1, byBucket.get(false).size());
    for (String line : byBucket.get(false)) {
      assertTrue(line.contains("  skipped  needs "), line);
    }
    assertTrue(outcome.quiet());
  }

  @Test
  void aServiceThatDoesNotAnswerIsNoProofAndNotQuiet() throws Exception {
    Map<String, String> settings = new HashMap<>(services.settings());
    settings.put("redshift.password", "wrong-Passw0rd-of-the-probe");
    Outcome outcome = run(services.file(settings, "rw-------"), "redshift.deadlock");
    assertTrue(outcome.lines().get(0).contains("  UNCLEAR  "), outcome.lines().toString());
    assertFalse(outcome.lines().get(0).contains("Passw0rd"), outcome.lines().toString());
    assertFalse(outcome.quiet());
  }

  @Test
  void aFileThatOthersMayUseIsRefused() throws Exception {
    for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----")) {
      Path open = services.file(services.settings(), mode);
      String words = assertThrows(IllegalArgumentException.class, () -> run(open, "")).getMessage();
      assertTrue(words.contains("chmod 600"), words);
    }
  }

  @Test
  void aWrongKeyIsNamedAndNoSecretWithIt() throws Exception {
    Map<String, String> settings = new HashMap<>(services.settings());
    settings.put("bigquery.projekt", "p");
    settings.put("bigquery.endpoint", "http://bigquery.example.com");
    settings.put("redshift.port", "70000");
    settings.put("real.domo.watch.seconds", "1h");
    Path wrong = services.file(settings, "rw-------");
    String words = assertThrows(IllegalArgumentException.class, () -> run(wrong, "")).getMessage();
    for (String key : WRONG) {
      assertTrue(Arrays.stream(words.split("\n")).anyMatch(l -> l.startsWith(key + ": ")), words);
    }
    assertFalse(words.contains(settings.get("s3.secret.access.key")), words);
    assertFalse(words.contains("PRIVATE KEY"), words);
  }

  @Test
  void anUnknownProbeIsRefused() {
    String words = assertThrows(IllegalArgumentException.class, () -> run(file, "s4")).getMessage();
    assertTrue(words.contains("no probe begins with s4"), words);
  }
}
