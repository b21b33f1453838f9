package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.Await;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.rows.TpchRows;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** A task and its spool directory. */
class SourceSpoolTest extends SourceScenario {
  /** C4: a full disk holds a DataSet until there is room, and loses nothing. */
  @Test
  void aDataSetWaitsForRoom() throws Exception {
    Path hog = spool.resolve("wb-of-another-connector.csv.zst");
    try (RandomAccessFile file = new RandomAccessFile(hog.toFile(), "rw")) {
      file.setLength((1 << 20) - 100);
    }
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).with("domo.spool.max.bytes", "" + (1 << 20)).start()) {
      run.untilStatus("nation", "domo.spool.max.bytes");
      run.until("nothing half done between two attempts", () -> files().equals(List.of(hog)));
      Files.delete(hog);
      assertIs(run, run.manifest(1), NATION);
    }
  }

  /** C4: the first download has no other before it, but Domo may say how much is to come. */
  @Test
  void aFirstVersionThatCannotFitIsNotBegun() throws Exception {
    Path hog = spool.resolve("wb-of-another-connector.csv.zst");
    try (RandomAccessFile file = new RandomAccessFile(hog.toFile(), "rw")) {
      file.setLength((1 << 20) - 1000);
    }
    RowSource rows = TpchRows.of("customer", 0.01);
    DomoDataSet customer = add("customer", rows);
    try (SourceRun run =
        run(customer)
            .with("domo.spool.max.bytes", "" + (1 << 20))
            .with("domo.instance.url", domo.endpoint().toString())
            .with("domo.developer.token", "developer-token")
            .start()) {
      run.untilStatus("customer", "domo.spool.max.bytes leaves 1000");
      assertEquals(0, domo.log().requests(Route.EXPORT).size());
      Files.delete(hog);
      assertIs(run, run.manifest(1), rows);
    }
  }

  @Test
  void aDirectoryThatIsAFileHoldsTheDataSetUntilItIsOne() throws Exception {
    Path inTheWay = Files.createFile(spool.resolve("spools"));
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).with("domo.spool.dir", inTheWay.toString()).start()) {
      run.untilStatus("nation", "held");
      Files.delete(inTheWay);
      assertIs(run, run.manifest(1), NATION);
    }
  }

  /** The spool vanishes while its rows go out, before the reader opened it again. */
  @Test
  void aSpoolThatIsLostBeforeItsFirstRowIsDownloadedAgain() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).start()) {
      Await.until("a complete spool", SourceRun.LIMIT, () -> files().size() == 2);
      for (Path file : files()) {
        Files.delete(file);
      }
      assertIs(run, run.manifest(1), NATION);
      assertEquals(2, domo.log().requests(Route.EXPORT).size());
    }
  }

  @Test
  void anEncryptedSpoolIsAdoptedByTheNextTaskOfTheProcess() throws Exception {
    DomoDataSet customer = add("customer", TpchRows.of("customer", 0.01));
    try (SourceRun run = run(customer).with("domo.spool.encrypt", "true").start()) {
      run.until("some rows", () -> run.rows().size() >= 11);
      run.stop();
      for (Path file : files()) {
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(bytes.contains("customer"), "not even the name");
      }
      run.with("domo.batch.max.rows", "400").start();
      SnapshotManifest manifest = run.manifest(1);
      assertEquals(Set.of(manifest.snapshot()), run.snapshots());
      assertIs(run, manifest, TpchRows.of("customer", 0.01));
      assertEquals(1, domo.log().requests(Route.EXPORT).size());
    }
  }

  /** D5: for consumers that cannot read headers. */
  @Test
  void snapshotAndOrdinalCanBeInTheValue() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).with("domo.metadata.fields", "__snapshot,__row").start()) {
      SnapshotManifest manifest = run.manifest(1);
      List<SourceRecord> rows = run.rows();
      assertEquals(25, rows.size());
      for (int i = 0; i < rows.size(); i++) {
        Struct value = (Struct) rows.get(i).value();
        assertEquals(manifest.snapshot(), value.getString("__snapshot"));
        assertEquals(i + 1L, value.getInt64("__row"));
        value.validate();
      }
      assertEquals(
          List.of("__snapshot", "__row"),
          manifest.columns().stream().skip(4).map(SnapshotManifest.Column::name).toList(),
          "sinks learn of them too");
      nation.publish(NATION_2, Action.REPLACE);
      assertEquals(27, run.manifest(2).rows());
    }
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> files = Files.list(spool)) {
      return files.toList();
    }
  }
}
