package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.junit.jupiter.api.Test;

class CursorRulesTest {
  private static final String ID = "2d725b6e-0000-4000-8000-000000000001";
  private static final String OTHER = "2d725b6e-0000-4000-8000-000000000002";
  private static final String CURSORS = "domo.cursor.columns";

  @Test
  void exactlyOnceIsPromisedWhereItIsKept() {
    supported(true, Map.of());
    supported(true, Map.of("domo.mode", "snapshot", "domo.cursor.overlap", "5"));
    for (String mode : List.of("incremental", "snapshot+incremental")) {
      supported(true, Map.of("domo.mode", mode, CURSORS, "a: x, y; b: `x, z`, y"));
      supported(false, Map.of("domo.mode", mode, CURSORS, "a: x, y; b: x"));
      supported(false, Map.of("domo.mode", mode, CURSORS, "a: x, y", "domo.cursor.overlap", "1"));
      supported(false, Map.of("domo.mode", mode, CURSORS, "nonsense"));
    }
    supported(
        true, Map.of("domo.mode", "incremental", CURSORS, "a: x, y", "domo.cursor.delay.ms", "9"));
    supported(
        false,
        Map.of(
            "domo.mode", "snapshot+incremental", CURSORS, "a: x, y", "domo.cursor.delay.ms", "9"));
  }

  @Test
  void everyErrorIsOnTheKeyToChange() {
    assertEquals(Map.of(), errors("domo.mode", "incremental", CURSORS, "orders: x, y"));
    assertEquals(Map.of(), errors("domo.mode", "incremental", CURSORS, ID + ": x, y"));
    error(CURSORS, "orders has no cursor column", "domo.mode", "incremental");
    error(CURSORS, "oders", "domo.mode", "incremental", CURSORS, "orders: x; oders: y");
    error("domo.columns", "oders", "domo.columns", "oders: x");
    error("domo.row.filter", OTHER, "domo.row.filter", OTHER + ": x = 1");
    error("domo.columns", "[key]", "domo.columns", ID + ": x", "domo.key.columns", "orders: key");
    error(
        "domo.cursor.overlap",
        "set one of them",
        "domo.mode",
        "incremental",
        CURSORS,
        "orders: x",
        "domo.cursor.overlap",
        "1",
        "domo.cursor.delay.ms",
        "1");
    error(
        "domo.on.deleted",
        "use fail or ignore",
        "domo.mode",
        "incremental",
        CURSORS,
        "orders: x",
        "domo.on.deleted",
        "empty");
    error(
        CURSORS,
        "tiebreak",
        "domo.mode",
        "incremental",
        CURSORS,
        "orders: x",
        "exactly.once.support",
        "required");
    assertEquals(Map.of(), errors("domo.mode", "incremental", CURSORS, "orders: x"));
  }

  @Test
  void rowsWithoutASnapshotHaveNoFieldsForIt() {
    String cursors = "orders: seq, id";
    error(
        "domo.metadata.fields",
        "belong to no snapshot",
        "domo.mode",
        "incremental",
        "domo.cursor.columns",
        cursors,
        "domo.metadata.fields",
        "__row");
    assertEquals(
        Map.of(),
        errors(
            "domo.mode", "snapshot+incremental",
            "domo.cursor.columns", cursors,
            "domo.metadata.fields", "__row"));
  }

  @Test
  void textsOfSettingsAreReadStrictly() {
    assertEquals(
        Map.of("orders", List.of("a, b", "c`d", "e")),
        PerDataset.columns("orders: `a, b`, `c``d`, e;"));
    assertEquals(
        Map.of("a", "x = 'p;q:r' AND `y;` = 1", "b", "z IS NULL"),
        PerDataset.conditions("a: x = 'p;q:r' AND `y;` = 1; b: z IS NULL"));
    for (String[] wrong :
        new String[][] {
          {"domo.columns", "orders"},
          {"domo.columns", "orders: `a"},
          {"domo.columns", "orders: a; orders: b"},
          {"domo.row.filter", "orders: a ="},
          {"domo.row.filter", "orders: a = 'x"},
          {CURSORS, "orders: a, b, c"},
          {CURSORS, "orders: a, a"},
          {"domo.timezone", "Mars/Olympus"},
          {"domo.mode", "increment"},
          {"domo.query.page.rows", "1000000"},
          {"domo.query.page.rows", "0"},
          {"domo.query.empty", "maybe"},
          {"domo.on.config.change", "ignore"}
        }) {
      ConfigException e =
          assertThrows(
              ConfigException.class,
              () -> new DomoSourceConfig(properties(wrong)),
              String.join("=", wrong));
      assertTrue(e.getMessage().contains(wrong[0]), e.getMessage());
    }
  }

  /** B4: a snapshot counts its rows, so what may drop some is part of it; a cursor does not. */
  @Test
  void theFingerprintsKnowWhatChangesRecords() {
    String[] base = {"domo.mode", "incremental", CURSORS, "orders: x, y"};
    for (String[] change :
        new String[][] {
          {"domo.mode", "snapshot+incremental"},
          {CURSORS, "orders: x"},
          {"domo.columns", "orders: x"},
          {"domo.row.filter", "orders: x = 1"},
          {"domo.timezone", "Europe/Berlin"},
          {"domo.query.empty", "empty"},
          {"domo.key.columns", "orders: k"},
          {"domo.decimal.handling", "string"},
          {"domo.field.names", "as.is"}
        }) {
      assertNotEquals(snapshot(base), snapshot(base, change), change[0]);
      assertNotEquals(cursor(base), cursor(base, change), change[0]);
    }
    for (String[] change : new String[][] {{"transforms", "cut"}, {"domo.dropped.rows", "allow"}}) {
      assertNotEquals(snapshot(base), snapshot(base, change), change[0]);
      assertEquals(cursor(base), cursor(base, change), change[0]);
    }
    for (String[] change :
        new String[][] {
          {"domo.query.page.rows", "7"},
          {"domo.cursor.overlap", "7"},
          {"domo.cursor.initial", "latest"},
          {"domo.on.config.change", "restart"},
          {"domo.columns", "other: x"}
        }) {
      assertEquals(cursor(base), cursor(base, change), change[0]);
    }
    String[] snapshots = {"domo.mode", "snapshot"};
    assertEquals(snapshot(snapshots), snapshot(snapshots, CURSORS, "orders: x, y"));
  }

  /** B5. */
  @Test
  void operatorsSetACursorOfAPlausibleFormAndNothingElse() {
    Map<String, String> config =
        Map.of(
            "domo.mode",
            "incremental",
            "domo.datasets",
            ID + ":orders," + OTHER + ":plain",
            CURSORS,
            "orders: x, y; plain: x");
    assertDoesNotThrow(() -> OffsetChange.check(config, Map.of("anything", 1), null));
    for (Map<String, ?> offset :
        List.<Map<String, ?>>of(
            Map.of("cursor", 7),
            Map.of("cursor", 7L, "cursor.key", "k"),
            Map.of("cursor", "7.25", "cursor.key", 3),
            Map.of("cursor", "2026-01-31"),
            Map.of("cursor", "2026-01-31T10:00:00", "cursor.key", BigInteger.TEN))) {
      assertDoesNotThrow(() -> check(config, ID, offset), offset.toString());
    }
    for (Map<String, ?> offset :
        List.<Map<String, ?>>of(
            Map.of(),
            Map.of("cursor.key", 3),
            Map.of("cursor", 7.5),
            Map.of("cursor", true),
            Map.of("cursor", "soon"),
            Map.of("cursor", ""),
            Map.of("cursor", 7, "cursor.key", List.of(1)),
            Map.of("cursor", 7, "columns", "abc"),
            Map.of("cursor", 7, "fmt", 1),
            Map.of("version", "v", "hash", "c"))) {
      assertThrows(ConnectException.class, () -> check(config, ID, offset), offset.toString());
    }
    Map<String, ?> both = Map.of("cursor", 7, "cursor.key", 3);
    assertThrows(ConnectException.class, () -> check(config, OTHER, both), "no tiebreak");
    Map<String, String> handover = new HashMap<>(config);
    handover.put("domo.mode", "snapshot+incremental");
    assertDoesNotThrow(() -> check(handover, ID, both));
    assertThrows(ConnectException.class, () -> check(Map.of(), ID, both), "in snapshot mode");
  }

  private static void check(Map<String, String> config, String id, Map<String, ?> offset) {
    OffsetChange.check(config, Map.of("dataset", id), offset);
  }

  private static void supported(boolean is, Map<String, String> props) {
    assertEquals(
        is ? ExactlyOnceSupport.SUPPORTED : ExactlyOnceSupport.UNSUPPORTED,
        new DomoSourceConnector().exactlyOnceSupport(props),
        props.toString());
  }

  private static void error(String key, String words, String... settings) {
    Map<String, String> errors = errors(settings);
    assertTrue(errors.getOrDefault(key, "").contains(words), key + " in " + errors);
    assertEquals(1, errors.size(), errors.toString());
  }

  private static Map<String, String> errors(String... settings) {
    Map<String, String> errors = new TreeMap<>();
    new CursorRules(
            new DomoSourceConfig(properties(settings)),
            (key, words) -> errors.merge(key, words, (a, b) -> a + "; " + b))
        .check();
    return errors;
  }

  private static String snapshot(String[] base, String... change) {
    return settings(base, change).fingerprint(ID, "topic");
  }

  private static String cursor(String[] base, String... change) {
    return settings(base, change).cursorFingerprint(ID, "topic");
  }

  private static DatasetSettings settings(String[] base, String... change) {
    Map<String, String> properties = properties(base);
    for (int i = 0; i < change.length; i += 2) {
      properties.put(change[i], change[i + 1]);
    }
    return new DomoSourceConfig(properties).datasetSettings();
  }

  private static Map<String, String> properties(String... settings) {
    Map<String, String> properties = new HashMap<>();
    properties.put("domo.client.id", "id");
    properties.put("domo.client.secret", "secret");
    properties.put("domo.spool.dir", "spool");
    properties.put("domo.datasets", ID + ":orders");
    for (int i = 0; i < settings.length; i += 2) {
      properties.put(settings[i], settings[i + 1]);
    }
    return properties;
  }
}
