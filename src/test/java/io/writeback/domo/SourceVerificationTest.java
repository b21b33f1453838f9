package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.domo.CsvDialect;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.SchemaShown;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.http.HttpCall.Framing;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever Domo does to a download, what has a manifest is one version of the DataSet. */
class SourceVerificationTest extends SourceScenario {
  /** domo-python-sdk issue 68: rows missing under valid framing. */
  @Test
  void lostRepeatedAndTornRowsNeverComeThrough() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.dropRows(3, 2));
    domo.faults().once(DomoRequest.on(Route.EXPORT), new DomoFault.RepeatRow(3));
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.tornRead(12, NATION_2));
    try (SourceRun run = run(nation).start()) {
      assertIs(run, run.manifest(1), NATION_2);
      assertEquals(1, run.snapshots().size(), "nothing was emitted before it was verified");
      assertEquals(4, domo.log().requests(Route.EXPORT).size());
    }
  }

  @Test
  void brokenTransfersAndSpoiledCellsAreReadAgain() throws Exception {
    for (Framing framing : Framing.values()) {
      for (boolean gzip : new boolean[] {true, false}) {
        DomoDataSet nation = add("nation" + framing + gzip, NATION);
        nation.dialect(CsvDialect.documented().withFraming(framing).withGzip(gzip));
        for (DomoFault fault :
            List.of(
                DomoFault.cut(200),
                DomoFault.cut(333),
                new DomoFault.SpoilColumn("nationkey", 5, "x"),
                DomoFault.page(503),
                DomoFault.tooManyRequests(null),
                DomoFault.stall(100))) {
          domo.faults().once(DomoRequest.on(Route.EXPORT), fault);
        }
        try (SourceRun run = run(nation).start()) {
          assertIs(run, run.manifest(1), NATION);
          assertEquals(1, run.snapshots().size());
        }
        domo.releaseStalls();
      }
    }
  }

  /** Rows and cells are all there, only the last cell is short: nothing but the line end tells. */
  @Test
  void aCutInTheLastCellIsNoticedWhereNothingProvesTheEnd() throws Exception {
    RowSource rows =
        ListRows.of(
            List.of(new Column("a", DomoType.STRING), new Column("b", DomoType.STRING)),
            new String[] {"one", "longer"});
    DomoDataSet one = add("one", rows);
    one.dialect(CsvDialect.documented().withFraming(Framing.CLOSE).withGzip(false));
    domo.faults()
        .once(DomoRequest.on(Route.EXPORT), DomoFault.cut("a,b\none,longer\n".length() - 3));
    try (SourceRun run = run(one).start()) {
      assertIs(run, run.manifest(1), rows);
    }
  }

  @Test
  void everyDialectGivesTheSameRowsWithAndWithoutASchema() throws Exception {
    RowSource rows = text("a", "", null, "\"q\"", "x,y", "l1\nl2", "☃ \uD83D\uDE00", "-");
    int n = 0;
    String hash = null;
    for (CsvDialect.Quoting quoting : CsvDialect.Quoting.values()) {
      for (CsvDialect.LineEnd end : CsvDialect.LineEnd.values()) {
        for (boolean bom : new boolean[] {true, false}) {
          DomoDataSet one = add("dialect" + n++, rows);
          one.dialect(CsvDialect.documented().withQuoting(quoting).withLineEnd(end).withBom(bom));
          one.schemaShown(SchemaShown.values()[n % 3]);
          try (SourceRun run = run(one).start()) {
            SnapshotManifest manifest = run.manifest(1);
            assertIs(run, manifest, rows);
            hash = hash == null ? manifest.contentHash() : hash;
            assertEquals(hash, manifest.contentHash());
          }
        }
      }
    }
  }
}
