package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class SourcePositionTest {
  private static final String ID = "2d725b6e-0000-4000-8000-000000000001";
  private static final SourcePosition DONE =
      new SourcePosition("cfg", "v1", 5L, "s1x0", 10, "c10-ab-cd", Optional.empty());

  /** B1: the stored key is the JSON of the map in its own order. */
  @Test
  void thePartitionHasOneKeyInLowerCase() {
    assertEquals(Map.of("dataset", ID), SourcePosition.partition(ID.toUpperCase(Locale.ROOT)));
  }

  @Test
  void aManifestOffsetSurvivesTheStoreWhichForgetsNumberTypes() {
    Map<String, Object> stored = new HashMap<>(DONE.manifestOffset());
    stored.replace("rows", 10);
    stored.replace("version.time", 5);
    assertEquals(DONE, SourcePosition.of(stored));
    assertFalse(stored.keySet().stream().anyMatch(key -> key.startsWith("in.")));
  }

  /** A2: the last complete version stays, the row adds its own progress. */
  @Test
  void aRowOffsetKeepsTheLastCompleteVersionAndAddsItsProgress() {
    RowOffset offset = DONE.rowOffsets("cfg2", "s2x0", "v2", "o77").at(42);
    SourcePosition read = SourcePosition.of(offset);
    assertEquals("v1", read.version());
    assertEquals("cfg2", read.config());
    assertEquals(
        new SourcePosition.Progress("s2x0", "v2", "o77", 42), read.progress().orElseThrow());
    assertEquals(
        Set.of(
            "fmt",
            "config",
            "version",
            "version.time",
            "snapshot",
            "rows",
            "hash",
            "in.snapshot",
            "in.version",
            "in.hash",
            "in.row"),
        offset.keySet());
    assertTrue(
        offset.values().stream().allMatch(v -> v instanceof String || v instanceof Long),
        "primitives only");
  }

  @Test
  void nothingStoredIsNone() {
    assertTrue(SourcePosition.of(null).isNone());
    assertFalse(
        SourcePosition.of(SourcePosition.NONE.rowOffsets("c", "s", "v", "o").at(1)).isNone());
  }

  /** B5. */
  @Test
  void operatorsForgetOrSetVersionAndHashAndNothingElse() {
    Map<String, String> partition = Map.of("dataset", ID);
    assertDoesNotThrow(() -> OffsetChange.check(Map.of(), partition, null));
    assertDoesNotThrow(() -> OffsetChange.check(Map.of(), Map.of("anything", 1), null));
    assertDoesNotThrow(
        () -> OffsetChange.check(Map.of(), partition, Map.of("version", "v", "hash", "c")));
    refused(partition, Map.of("version", "v", "rows", 3));
    refused(partition, Map.of("version", "v", "in.snapshot", "s1x2"));
    refused(partition, Map.of("version", 3));
    refused(partition, Map.of("hash", "c"));
    refused(Map.of("dataset", ID, "x", "y"), Map.of("version", "v"));
    refused(Map.of("dataset", "2D725B6E-0000-4000-8000-000000000001"), Map.of("version", "v"));
    refused(Map.of("dataset", 7), Map.of("version", "v"));
  }

  private static void refused(Map<String, ?> partition, Map<String, ?> offset) {
    assertThrows(ConnectException.class, () -> OffsetChange.check(Map.of(), partition, offset));
  }
}
