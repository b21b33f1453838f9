package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DomoDataSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** What goes out: batches, turns, manifests, and rows that are lost on the way to Kafka. */
class SourceEmissionTest extends SourceScenario {
  @Test
  void aVersionIsEmittedInBoundedBatchesAndItsManifestComesAlone() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).start()) {
      SnapshotManifest manifest = run.manifest(1);
      assertIs(run, manifest, NATION);
      assertEquals(
          List.of(1, 10, 10, 4, 1),
          run.batches(),
          "one row first, as the topic may be missing; the manifest alone");
      assertEquals(Reason.FIRST, manifest.reason());
      assertEquals(
          List.of(new SnapshotManifest.Range("domo.nation", 0, 0, 25, 25)),
          manifest.ranges().orElseThrow());
      nation.publish(NATION_2, Action.REPLACE);
      assertIs(run, run.manifest(2), NATION_2);
      assertEquals(10, run.batches().get(5), "the topic is known now");
    }
    try (Stream<Path> files = Files.list(spool)) {
      assertTrue(files.count() <= 2, "the spool goes with its manifest");
    }
  }

  @Test
  void theBytesOfABatchAreBoundedToo() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run =
        run(nation).with("domo.batch.max.bytes", "1024").with("domo.batch.max.rows", "1000")) {
      run.start();
      assertIs(run, run.manifest(1), NATION);
      assertTrue(run.batches().stream().allMatch(size -> size < 20), run.batches().toString());
    }
  }

  /** A3: equal rows stay apart for a framework that compares records by value. */
  @Test
  void equalRowsAreDistinctRecords() throws Exception {
    DomoDataSet same = add("same", text("x", "x", "x", null, "", ""));
    try (SourceRun run = run(same).start()) {
      assertEquals(6, run.manifest(1).rows());
      assertEquals(6, Set.copyOf(run.rows()).size());
      Set<SourceRecord> byValue = new HashSet<>();
      for (SourceRecord r : run.rows()) {
        byValue.add(
            new SourceRecord(
                Map.of(),
                Map.of(),
                "t",
                null,
                null,
                null,
                r.valueSchema(),
                r.value(),
                null,
                r.headers()));
      }
      assertEquals(6, byValue.size(), "by their ordinals also without our equals");
    }
  }

  /** A5. */
  @Test
  void aDroppedRowHoldsTheDataSetOrIsCounted() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    DomoDataSet other = add("other", text("a"));
    try (SourceRun run = run(nation, other).dropping(ordinal(7, "domo.nation")).start()) {
      assertEquals(other.id(), run.manifest(1).dataset(), "the other one is not held");
      run.until("all rows", () -> run.rows().size() == 25);
      for (int i = 0; i < 2; i++) {
        run.round();
      }
      assertEquals(1, run.manifests().size());
    }
    DomoDataSet third = add("third", NATION);
    try (SourceRun run =
        run(third).with("domo.dropped.rows", "allow").dropping(ordinal(7, "domo.third")).start()) {
      SnapshotManifest manifest = run.manifest(1);
      assertEquals(24, manifest.rows());
      assertEquals(1, manifest.dropped());
    }
  }

  /** A5: Connect reports nothing about a batch of which nothing was sent. */
  @Test
  void aBatchThatIsDroppedWholeIsNoticed() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run =
        run(nation)
            .with("domo.dropped.rows", "allow")
            .dropping(r -> !SourceRun.isManifest(r))
            .start()) {
      SnapshotManifest manifest = run.manifest(1);
      assertEquals(0, manifest.rows());
      assertEquals(25, manifest.dropped());
    }
  }

  /** A5b. */
  @Test
  void aDroppedManifestFailsTheTaskWithAndWithoutExactlyOnce() throws Exception {
    for (String support : List.of("required", "requested")) {
      DomoDataSet nation = add("nation " + support, text("a"));
      try (SourceRun run =
          run(nation)
              .with("domo.datasets", nation.id())
              .with("exactly.once.support", support)
              .with("transforms", "cut")
              .dropping(SourceRun::isManifest)
              .start()) {
        ConnectException e =
            assertThrows(
                ConnectException.class, () -> run.until("a failure", () -> false), support);
        assertTrue(e.getMessage().contains("cut"), e.getMessage());
        assertTrue(e.getMessage().contains("predicate"), e.getMessage());
      }
    }
  }

  /** A null in the key is a key with a null in it, not a missing key; nothing is held for it. */
  @Test
  void rowsWithoutAKeyHaveAKeyWithNulls() throws Exception {
    DomoDataSet keyed = add("keyed", text("a", null, ""));
    try (SourceRun run =
        run(keyed).with("domo.key.columns", "keyed: a; " + keyed.id() + ": b c, a").start()) {
      SnapshotManifest manifest = run.manifest(1);
      List<Struct> keys = run.rows().stream().map(row -> (Struct) row.key()).toList();
      assertEquals(3, keys.size());
      keys.forEach(Struct::validate);
      assertEquals(
          List.of("b_c", "a"),
          keys.get(0).schema().fields().stream().map(Field::name).toList(),
          "the GUID is more exact than the alias");
      assertEquals("a", keys.get(0).getString("a"));
      assertNull(keys.get(1).getString("a"));
      assertEquals("x", keys.get(1).getString("b_c"));
      assertEquals("", keys.get(2).getString("a"), "the empty text is no null");
      assertEquals(
          List.of("a", "b_c"),
          manifest.columns().stream()
              .filter(SnapshotManifest.Column::key)
              .map(SnapshotManifest.Column::name)
              .toList());
    }
  }

  private static Predicate<SourceRecord> ordinal(long ordinal, String topic) {
    return record -> record.topic().equals(topic) && SourceRun.tag(record).ordinal() == ordinal;
  }
}
