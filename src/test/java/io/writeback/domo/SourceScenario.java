package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.NextVersion;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.rows.TpchRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A task against the Domo stand-in, in a worker of a few lines. */
abstract class SourceScenario {
  static final RowSource NATION = TpchRows.of("nation", 0.01);
  static final RowSource NATION_2 = NextVersion.of(NATION, 2, List.of("nationkey"));

  @TempDir Path spool;
  DomoStandIn domo;

  @BeforeEach
  final void startDomo() {
    domo = DomoStandIn.start(Settings.defaults());
  }

  @AfterEach
  final void stopDomo() {
    domo.close();
  }

  final DomoDataSet add(String name, RowSource rows) {
    return domo.add(DataSetSpec.of(name, rows));
  }

  final SourceRun run(DomoDataSet... dataSets) {
    return new SourceRun(domo, spool, dataSets);
  }

  /** Two columns of text: the cells, and an x in each row. */
  static RowSource text(String... cells) {
    String[][] rows = new String[cells.length][];
    for (int i = 0; i < cells.length; i++) {
      rows[i] = new String[] {cells[i], "x"};
    }
    return ListRows.of(
        List.of(new Column("a", DomoType.STRING), new Column("b c", DomoType.STRING)), rows);
  }

  /** That manifest's rows are the DataSet: all, in order, each once. */
  static void assertIs(SourceRun run, SnapshotManifest manifest, RowSource expected) {
    List<String> rows = Rendered.rows(expected);
    List<String> numbered = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      numbered.add(i + 1 + ":" + rows.get(i));
    }
    assertEquals(numbered, run.rows(manifest.snapshot()));
    assertEquals(rows.size(), manifest.rows());
    assertEquals(0, manifest.dropped());
  }
}
