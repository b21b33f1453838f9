package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.Await;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.NextVersion;
import io.writeback.standin.domo.rows.RowSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.junit.jupiter.api.Test;

/**
 * Crashes between the steps, and versions and schemas that change between them. The whole table of
 * failures, with the test of each, is in src/docs/domo-failures.md.
 */
class FailureTableTest extends SourceScenario {
  private static final Column ID = new Column("id", DomoType.LONG);
  private static final Column NAME = new Column("name", DomoType.STRING);
  private static final Column EXTRA = new Column("extra", DomoType.STRING);

  @Test
  void aCrashWhileSpoolingLeavesNothingThatCounts() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.stall(300));
    Map<Path, byte[]> left;
    try (SourceRun run = run(nation).with("domo.read.timeout.ms", "60000").start()) {
      Await.until("a download", SourceRun.LIMIT, () -> domo.log().underWay(Route.EXPORT) == 1);
      left = files();
      assertTrue(!left.isEmpty(), "a spool is being written");
      run.stop();
      restore(left);
      run.start();
      SnapshotManifest manifest = run.manifest(1);
      assertIs(run, manifest, NATION);
      assertEquals(Set.of(manifest.snapshot()), run.snapshots());
    }
    left.keySet().forEach(file -> assertTrue(Files.notExists(file), "swept: " + file));
  }

  @Test
  void aCrashAfterTheManifestBeforeTheSpoolIsGoneSendsNothingTwice() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).start()) {
      run.until("rows", () -> run.rows().size() == 11);
      Map<Path, byte[]> left = files();
      run.manifest(1);
      run.stop();
      restore(left);
      domo.log().clear();
      run.start();
      run.until("looks", () -> domo.log().requests(Route.DATASET).size() >= 3);
      assertEquals(1, run.manifests().size());
      assertEquals(25, run.rows().size());
      Await.until(
          "the spool swept",
          SourceRun.LIMIT,
          () -> left.keySet().stream().noneMatch(Files::exists));
    }
  }

  /**
   * The spool is a fixed version; what comes meanwhile is detected afterwards, the newest of it.
   */
  @Test
  void versionsThatComeDuringAnEmissionWaitAndTheNewestFollows() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    RowSource third = NextVersion.of(NATION, 3, List.of("nationkey"));
    try (SourceRun run = run(nation).start()) {
      run.until("rows", () -> run.rows().size() == 11);
      nation.publish(NATION_2, Action.REPLACE);
      nation.publish(third, Action.REPLACE);
      assertIs(run, run.manifest(1), NATION);
      assertIs(run, run.manifest(2), third);
      assertEquals(2, run.snapshots().size(), "the version between them was skipped");
    }
  }

  @Test
  void anAddedColumnIsAnOptionalFieldMore() throws Exception {
    DomoDataSet dataSet = add("grows", ListRows.of(List.of(ID, NAME), row("1", "a")));
    RowSource wider =
        ListRows.of(List.of(ID, NAME, EXTRA), row("1", "a", null), row("2", "b", "c"));
    try (SourceRun run = run(dataSet).start()) {
      SnapshotManifest first = run.manifest(1);
      dataSet.publish(wider, Action.REPLACE);
      SnapshotManifest second = run.manifest(2);
      assertIs(run, second, wider);
      assertEquals(List.of("id", "name", "extra"), names(second));
      assertNotEquals(first.schemaFingerprint(), second.schemaFingerprint());
      Schema schema = run.rows().get(run.rows().size() - 1).valueSchema();
      assertTrue(schema.fields().stream().allMatch(field -> field.schema().isOptional()));
    }
  }

  @Test
  void aDroppedColumnAndAnotherTypeFollowOrAreHeld() throws Exception {
    RowSource before = ListRows.of(List.of(ID, NAME, EXTRA), row("1", "2", "x"));
    List<RowSource> changes =
        List.of(
            ListRows.of(List.of(ID, NAME), row("1", "2")),
            ListRows.of(List.of(ID, new Column("name", DomoType.LONG), EXTRA), row("1", "2", "x")));
    for (int i = 0; i < changes.size(); i++) {
      RowSource after = changes.get(i);
      DomoDataSet dataSet = add("changes" + i, before);
      try (SourceRun run = run(dataSet).with("domo.schema.change", "fail").start();
          SeenLog log = SeenLog.ofTheSource()) {
        run.manifest(1);
        dataSet.publish(after, Action.REPLACE);
        run.until("held", () -> log.warns("domo.schema.change is fail"));
        assertEquals(1, run.manifests().size());
        run.stop();
        run.with("domo.schema.change", "evolve").start();
        assertIs(run, run.manifest(2), after);
      }
    }
  }

  @Test
  void aKeyColumnThatIsGoneHoldsTheDataSetAndNamesTheSetting() throws Exception {
    DomoDataSet dataSet = add("keyed", ListRows.of(List.of(ID, NAME), row("1", "a")));
    RowSource renamed = ListRows.of(List.of(new Column("key", DomoType.LONG), NAME), row("1", "a"));
    try (SourceRun run = run(dataSet).with("domo.key.columns", "keyed: id").start();
        SeenLog log = SeenLog.ofTheSource()) {
      run.manifest(1);
      dataSet.publish(renamed, Action.REPLACE);
      run.until("held", () -> log.warns("\"id\", which domo.key.columns names"));
      assertEquals(1, run.manifests().size());
      run.stop();
      run.with("domo.key.columns", "keyed: key").start();
      assertIs(run, run.manifest(2), renamed);
    }
  }

  /** Other keys are other records: everything is sent again under a snapshot of its own. */
  @Test
  void anotherKeySendsTheVersionAgain() throws Exception {
    DomoDataSet dataSet = add("keyed", ListRows.of(List.of(ID, NAME), row("1", "a")));
    try (SourceRun run = run(dataSet).with("domo.key.columns", "keyed: id").start()) {
      String first = run.manifest(1).snapshot();
      run.stop();
      run.with("domo.key.columns", "keyed: name").start();
      SnapshotManifest second = run.manifest(2);
      assertEquals(Reason.RESEND, second.reason());
      assertNotEquals(first, second.snapshot());
      assertEquals(List.of("name"), keys(second));
    }
  }

  @Test
  void aSpoolBeyondItsQuotaHoldsTheDataSetAndNamesTheSetting() throws Exception {
    RowSource large = noise(1500);
    DomoDataSet dataSet = add("large", large);
    try (SourceRun run = run(dataSet).with("domo.spool.max.bytes", "1048576").start();
        SeenLog log = SeenLog.ofTheSource()) {
      run.until("held", () -> log.warns("domo.spool.max.bytes"));
      assertEquals(List.of(), run.rows());
      run.stop();
      run.with("domo.spool.max.bytes", "104857600").with("domo.batch.max.rows", "500").start();
      assertEquals(1500, run.manifest(1).rows());
    }
  }

  private static String[] row(String... cells) {
    return cells;
  }

  /** About a kilobyte a row that no compression makes small. */
  private static RowSource noise(int rows) {
    Random random = new Random(7);
    String[] cells = new String[rows];
    for (int i = 0; i < rows; i++) {
      StringBuilder text = new StringBuilder();
      for (int c = 0; c < 1200; c++) {
        text.append((char) ('0' + random.nextInt(64)));
      }
      cells[i] = text.toString();
    }
    return text(cells);
  }

  private static List<String> names(SnapshotManifest manifest) {
    return manifest.columns().stream().map(SnapshotManifest.Column::name).toList();
  }

  private static List<String> keys(SnapshotManifest manifest) {
    return manifest.columns().stream()
        .filter(SnapshotManifest.Column::key)
        .map(SnapshotManifest.Column::name)
        .toList();
  }

  private Map<Path, byte[]> files() throws Exception {
    Map<Path, byte[]> files = new HashMap<>();
    try (Stream<Path> all = Files.list(spool)) {
      for (Path file : all.toList()) {
        files.put(file, Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static void restore(Map<Path, byte[]> files) throws Exception {
    for (Map.Entry<Path, byte[]> file : files.entrySet()) {
      Files.write(file.getKey(), file.getValue());
    }
  }
}
