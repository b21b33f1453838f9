package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.Await;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RowSource;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A task that reads by a cursor, against the Domo stand-in, whose unsorted order is never the same.
 */
abstract class IncrementalScenario {
  static final List<Column> COLUMNS =
      List.of(
          new Column("seq", DomoType.LONG),
          new Column("id", DomoType.LONG),
          new Column("text", DomoType.STRING));

  @TempDir Path spool;
  final LogLines log = new LogLines();
  DomoStandIn domo;

  @BeforeEach
  final void start() {
    domo = DomoStandIn.start(Settings.defaults());
  }

  @AfterEach
  final void stop() {
    domo.close();
    log.close();
  }

  /** Stops with that in the log, and says it once. */
  void holds(SourceRun run, String words) throws Exception {
    run.until("the words " + words, () -> !log.with(words).isEmpty());
  }

  static String time(LocalDateTime time) {
    return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
  }

  boolean isPage(DomoRequest request) {
    return request.body().contains("ORDER BY") && !request.body().contains("DESC");
  }

  DomoDataSet add(RowSource rows) {
    return domo.add(DataSetSpec.of("orders", rows));
  }

  SourceRun run(DomoDataSet dataSet) {
    return new SourceRun(domo, spool, dataSet)
        .with("domo.mode", "incremental")
        .with("domo.cursor.columns", dataSet.name() + ": seq, id");
  }

  SourceRun plain(DomoDataSet dataSet) {
    return run(dataSet)
        .with("exactly.once.support", "requested")
        .with("domo.cursor.columns", dataSet.name() + ": seq");
  }

  static void read(SourceRun run, int rows) throws Exception {
    run.until(rows + " rows", () -> run.rows().size() >= rows);
  }

  /** No more rows come within a few looks. */
  void settled(SourceRun run, int rows) throws Exception {
    rest(run);
    long calls = domo.log().requests(Route.DATASET).size();
    Await.until(
        "some looks", SourceRun.LIMIT, () -> domo.log().requests(Route.DATASET).size() > calls + 3);
    rest(run);
    assertTrue(run.rows().size() <= rows, run.rows().size() + " rows, expected " + rows);
  }

  void assertRows(SourceRun run, RowSource expected) {
    assertEquals(Rendered.rows(expected), rendered(run));
  }

  static void rest(SourceRun run) throws InterruptedException {
    for (int rows = run.round(); rows > 0; rows = run.round()) {
      // Until a poll brings nothing.
    }
  }

  static List<String> rendered(SourceRun run) {
    return rendered(run.rows());
  }

  static List<String> rendered(List<SourceRecord> rows) {
    return rows.stream().map(r -> Rendered.row((Struct) r.value())).toList();
  }

  static List<String> fields(SourceRun run) {
    return run.rows().get(0).valueSchema().fields().stream().map(f -> f.name()).toList();
  }

  static Map<String, Object> offset(SourceRun run, DomoDataSet dataSet) {
    return run.offsets().get(SourcePosition.partition(dataSet.id()));
  }

  /** Three rows of each cursor value, in order. */
  static RowSource rows(int from, int to) {
    return list(
        IntStream.range(from, to)
            .mapToObj(i -> row("" + i / 3, "" + (1000 + i), "t" + i))
            .toArray(String[][]::new));
  }

  static RowSource list(String[]... rows) {
    return ListRows.of(COLUMNS, rows);
  }

  static String[] row(String... cells) {
    return cells;
  }
}
