package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.standin.FaultPlan;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.SchemaShown;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RowSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A task that reads by a cursor, against the Domo stand-in, whose unsorted order is never the same.
 */
class IncrementalTaskTest {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("seq", DomoType.LONG),
          new Column("id", DomoType.LONG),
          new Column("text", DomoType.STRING));

  @TempDir Path spool;
  private final LogLines log = new LogLines();
  private DomoStandIn domo;

  @BeforeEach
  void start() {
    domo = DomoStandIn.start(Settings.defaults());
  }

  @AfterEach
  void stop() {
    domo.close();
    log.close();
  }

  @Test
  void everyRowComesOnceInTheOrderOfTheCursorAndNewOnesFollow() throws Exception {
    DomoDataSet orders = add(rows(0, 57));
    try (SourceRun run = run(orders).with("domo.query.page.rows", "9").start()) {
      read(run, 57);
      orders.publish(rows(57, 60), Action.APPEND);
      read(run, 60);
      assertRows(run, rows(0, 60));
      SourceRecord last = run.rows().get(59);
      assertEquals("domo.orders", last.topic());
      assertEquals(orders.id(), SnapshotHeaders.datasetId(last.headers()).orElseThrow());
      assertTrue(SnapshotHeaders.rowTag(last.headers()).isEmpty(), "no snapshot");
      assertEquals(List.of(), run.manifests());
      assertEquals(19L, last.sourceOffset().get("cursor"));
      assertEquals(1059L, last.sourceOffset().get("cursor.key"));
      assertEquals(1L, last.sourceOffset().get("fmt"));
      assertEquals(
          Set.of("fmt", "config", "columns", "cursor", "cursor.key"), last.sourceOffset().keySet());
      assertEquals(1, run.batches().get(0), "one row first, as the topic may be missing");
      assertTrue(run.batches().stream().allMatch(size -> size <= 10), run.batches().toString());
    }
    assertEquals(0, domo.log().requests(Route.EXPORT).size());
  }

  /** Wherever a worker ends, the next one goes on behind the last committed row. */
  @Test
  void aRestartInTheMiddleOfAPageGoesOnWithTheNextRow() throws Exception {
    DomoDataSet orders = add(rows(0, 40));
    try (SourceRun run =
        run(orders).with("domo.query.page.rows", "12").with("domo.batch.max.rows", "5")) {
      for (int seen = 1; seen < 40; seen += 5) {
        int least = seen;
        run.start();
        run.until("rows", () -> run.rows().size() >= least);
        run.stop();
      }
      run.start();
      read(run, 40);
      assertRows(run, rows(0, 40));
    }
  }

  @Test
  void withoutATiebreakAValueGoesWholeAndIsNeverLostAtTheEndOfAPage() throws Exception {
    DomoDataSet orders = add(rows(0, 60));
    for (int page = 3; page <= 8; page++) {
      String rows = Integer.toString(page);
      try (SourceRun run = plain(orders).with("domo.query.page.rows", rows).start()) {
        read(run, 60);
        assertEquals(Set.copyOf(Rendered.rows(rows(0, 60))), Set.copyOf(rendered(run)));
        assertEquals(60, run.rows().size(), "once each without a restart");
        settled(run, 60);
      }
    }
  }

  @Test
  void withoutATiebreakARestartRepeatsAValueRatherThanLosingItsRest() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    try (SourceRun run = plain(orders).with("domo.batch.max.rows", "2")) {
      for (int i = 0; i < 12; i++) {
        int least = Math.min(27, 1 + 2 * i);
        run.start();
        run.until("rows", () -> new HashSet<>(rendered(run)).size() >= least);
        run.stop();
      }
      run.start();
      run.until("all", () -> new HashSet<>(rendered(run)).size() == 30);
      assertEquals(Set.copyOf(Rendered.rows(rows(0, 30))), Set.copyOf(rendered(run)));
    }
  }

  @Test
  void moreRowsOfAValueThanAPageHoldsAreHeldInWords() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    try (SourceRun run = plain(orders).with("domo.query.page.rows", "2").start()) {
      holds(run, "domo.query.page.rows");
      assertEquals(0, run.rows().size());
    }
  }

  @Test
  void aTiebreakThatIsNotUniqueIsHeldInWords() throws Exception {
    DomoDataSet orders = add(list(row("1", "7", "a"), row("1", "7", "b"), row("2", "1", "c")));
    for (String page : List.of("1", "2", "10")) {
      try (SourceRun run = run(orders).with("domo.query.page.rows", page).start()) {
        holds(run, "unique");
        assertEquals(0, run.rows().size(), "page of " + page);
      }
    }
  }

  @Test
  void aPageIsBoundedInBytesToo() throws Exception {
    String large = "x".repeat(400);
    RowSource rows =
        list(
            IntStream.range(0, 40)
                .mapToObj(i -> row("" + i, "" + i, large + i))
                .toArray(String[][]::new));
    DomoDataSet orders = add(rows);
    try (SourceRun run = run(orders).with("domo.query.page.bytes", "1024").start()) {
      read(run, 40);
      assertRows(run, rows);
    }
    assertTrue(domo.log().requests(Route.QUERY).size() > 10, "many small pages");
  }

  @Test
  void rowsWithoutACursorAreNotSentButCounted() throws Exception {
    DomoDataSet orders =
        add(list(row("1", "1", "a"), row(null, "2", "b"), row("2", null, "c"), row("2", "3", "d")));
    try (SourceRun run = run(orders).start()) {
      read(run, 2);
      settled(run, 2);
      assertEquals(List.of("1|1|\"a\"", "2|3|\"d\""), rendered(run));
      assertEquals(1, log.with("2 rows without a value in domo.cursor.columns").size());
    }
  }

  @Test
  void anEmptyTextIsNullOrEmptyAsConfigured() throws Exception {
    DomoDataSet orders = add(list(row("1", "1", ""), row("2", "2", null)));
    try (SourceRun run = run(orders).start()) {
      read(run, 2);
      assertEquals(List.of("1|1|null", "2|2|null"), rendered(run));
    }
    try (SourceRun run = run(orders).with("domo.query.empty", "empty").start()) {
      read(run, 2);
      assertEquals(List.of("1|1|\"\"", "2|2|\"\""), rendered(run));
    }
    orders.queryNullsAsEmpty(false);
    try (SourceRun run = run(orders).with("domo.query.empty", "empty").start()) {
      read(run, 2);
      assertEquals(List.of("1|1|\"\"", "2|2|null"), rendered(run));
    }
  }

  @Test
  void readingStartsWhereItIsTold() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    try (SourceRun run = run(orders).with("domo.cursor.initial", "8").start()) {
      read(run, 6);
      settled(run, 6);
      assertEquals(Rendered.rows(rows(24, 30)), rendered(run));
    }
    for (boolean tiebreak : new boolean[] {true, false}) {
      DomoDataSet more = domo.add(DataSetSpec.of("more" + tiebreak, rows(0, 30)));
      try (SourceRun run =
          new SourceRun(domo, spool, more)
              .with("domo.mode", "incremental")
              .with("domo.cursor.columns", more.name() + (tiebreak ? ": seq, id" : ": seq"))
              .with("domo.cursor.initial", "latest")
              .start()) {
        run.until(
            "the end is known",
            () -> log.with("DataSet " + more.id() + ": starting behind").size() == 1);
        settled(run, 0);
        more.publish(rows(30, 36), Action.APPEND);
        read(run, 6);
        assertEquals(Set.copyOf(Rendered.rows(rows(30, 36))), Set.copyOf(rendered(run)));
        run.stop();
        more.publish(rows(36, 39), Action.APPEND);
        run.start();
        read(run, 9);
      }
    }
  }

  @Test
  void anInitialValueThatIsNotOfTheColumnIsHeldInWords() throws Exception {
    DomoDataSet orders = add(rows(0, 3));
    try (SourceRun run = run(orders).with("domo.cursor.initial", "yesterday").start()) {
      holds(run, "\"yesterday\" is no number");
    }
  }

  @Test
  void anOverlapReadsAgainAndBringsWhatCameLate() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    try (SourceRun run =
        run(orders)
            .with("exactly.once.support", "requested")
            .with("domo.cursor.overlap", "2")
            .with("domo.query.page.rows", "4")
            .start()) {
      read(run, 30);
      orders.publish(list(row("8", "1", "late"), row("4", "1", "too late")), Action.APPEND);
      run.until("the late row", () -> rendered(run).contains("8|1|\"late\""));
      settled(run, 40);
      assertFalse(rendered(run).contains("4|1|\"too late\""));
      assertEquals(9L, offset(run, orders).get("cursor"), "the offset does not fall back");
      run.rows().forEach(r -> assertTrue(r.sourceOffset().get("cursor") != null));
    }
  }

  /** B4. */
  @Test
  void otherSettingsHoldItOrStartItOver() throws Exception {
    DomoDataSet orders = add(rows(0, 10));
    try (SourceRun run = run(orders).start()) {
      read(run, 10);
      run.stop();
      run.with("domo.columns", "orders: id, text").start();
      holds(run, "domo.on.config.change");
      settled(run, 10);
      run.stop();
      run.with("transforms", "later").with("domo.columns", "").start();
      settled(run, 10);
      run.stop();
      run.with("domo.columns", "orders: id, text").with("domo.on.config.change", "restart").start();
      read(run, 20);
      assertEquals("1000|\"t0\"", rendered(run).get(10));
      run.stop();
      run.start();
      settled(run, 20);
    }
  }

  @Test
  void otherColumnsAreHeldIfTheyMustNotChange() throws Exception {
    DomoDataSet orders = add(rows(0, 3));
    List<Column> more = new ArrayList<>(COLUMNS);
    more.add(new Column("new", DomoType.DOUBLE));
    try (SourceRun run = run(orders).with("domo.schema.change", "fail").start()) {
      read(run, 3);
      orders.publish(
          ListRows.of(more, row("0", "1000", "a", "0.5"), row("9", "9", "b", "1.5")),
          Action.REPLACE);
      holds(run, "domo.schema.change");
      assertEquals(3, run.rows().size());
      run.stop();
      run.with("domo.schema.change", "evolve").start();
      read(run, 4);
      assertEquals("9|9|\"b\"|1.5", rendered(run).get(3));
    }
  }

  @Test
  void aFilterGoesToDomoAndNeedsNoColumnOfTheRecord() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    try (SourceRun run =
        run(orders)
            .with("domo.columns", "orders: text")
            .with("domo.row.filter", "orders: NOT (id < 1010 OR text IN ('t12', 't13'))")
            .with("domo.query.page.rows", "4")
            .start()) {
      read(run, 18);
      settled(run, 18);
      assertEquals("\"t10\"", rendered(run).get(0));
      assertFalse(rendered(run).contains("\"t12\""));
      assertEquals(List.of("text"), fields(run));
    }
  }

  @Test
  void aMissingSchemaIsAskedFor() throws Exception {
    DomoDataSet orders = add(rows(0, 5));
    orders.schemaShown(SchemaShown.ABSENT);
    try (SourceRun run = run(orders).start()) {
      read(run, 5);
      assertRows(run, rows(0, 5));
    }
  }

  /** Numbers look like any number in JSON; what does not fit the type is never rounded. */
  @Test
  void cellsAreReadTolerantlyAndRefusedByNameIfTheyDoNotFit() throws Exception {
    DomoDataSet orders = add(rows(0, 5));
    domo.faults()
        .once(
            DomoRequest.on(Route.QUERY).and(this::isPage),
            new DomoFault.SpoilColumn("id", 2, "1.5"));
    try (SourceRun run = run(orders).with("domo.retry.backoff.ms", "300").start()) {
      holds(run, "row 3 of the page, column id of type LONG: the value is no whole number");
      read(run, 5);
      assertRows(run, rows(0, 5));
    }
  }

  /** Whatever an answer does, every row comes once. */
  @Test
  void faultsOfAnswersLoseNothing() throws Exception {
    List<DomoFault> faults =
        List.of(
            DomoFault.cut(120),
            DomoFault.cut(250),
            DomoFault.reset(),
            DomoFault.page(502),
            DomoFault.tooManyRequests(null),
            new DomoFault.ExpireTokens(2),
            new DomoFault.RepeatRow(3),
            new DomoFault.TypeChanged("id", DomoType.DOUBLE));
    for (DomoFault fault : faults) {
      DomoDataSet orders = domo.add(DataSetSpec.of("o" + faults.indexOf(fault), rows(0, 21)));
      domo.faults().once(DomoRequest.on(Route.QUERY).and(this::isPage), fault);
      try (SourceRun run =
          new SourceRun(domo, spool, orders)
              .with("domo.mode", "incremental")
              .with("domo.query.page.rows", "8")
              .with("domo.cursor.columns", orders.name() + ": seq, id")
              .start()) {
        read(run, 21);
        settled(run, 21);
        assertRows(run, rows(0, 21));
      }
    }
  }

  /** Metadata moves before data: A6 for rows. */
  @Test
  void rowsThatFollowTheirMetadataLateAreFound() throws Exception {
    DomoDataSet orders = add(rows(0, 4));
    try (SourceRun run = run(orders).with("domo.settle.max.ms", "3000").start()) {
      read(run, 4);
      orders.lag(Duration.ofHours(1));
      orders.publish(rows(4, 7), Action.APPEND);
      long asked = domo.log().requests(Route.QUERY).size();
      run.until("a look too early", () -> domo.log().requests(Route.QUERY).size() > asked + 3);
      assertEquals(4, run.rows().size());
      domo.clock().advance(Duration.ofHours(2));
      read(run, 7);
      assertRows(run, rows(0, 7));
    }
  }

  @Test
  void droppedRowsHoldItOrAreAllowed() throws Exception {
    DomoDataSet orders = add(rows(0, 12));
    try (SourceRun run =
        run(orders).dropping(r -> Rendered.row((Struct) r.value()).contains("t5")).start()) {
      holds(run, "1 of 12 rows did not reach Kafka");
      orders.publish(rows(12, 15), Action.APPEND);
      for (int i = 0; i < 3; i++) {
        run.round();
      }
      assertEquals(11, run.rows().size());
    }
    try (SourceRun run =
        run(orders)
            .with("domo.dropped.rows", "allow")
            .dropping(r -> Rendered.row((Struct) r.value()).contains("t5"))
            .start()) {
      read(run, 14);
    }
  }

  @Test
  void anOffsetOfAnOperatorIsReadAsAnyNumberOrText() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    for (Map<String, Object> offset :
        List.<Map<String, Object>>of(
            Map.of("cursor", 6, "cursor.key", 1019),
            Map.of("cursor", "6", "cursor.key", 1019L),
            Map.of("cursor", 6L, "cursor.key", "1019"))) {
      try (SourceRun run = run(orders)) {
        run.offsets().put(SourcePosition.partition(orders.id()), new HashMap<>(offset));
        run.start();
        read(run, 10);
        settled(run, 10);
        assertEquals(Rendered.rows(rows(20, 30)), rendered(run), offset.toString());
      }
    }
    try (SourceRun run = run(orders)) {
      run.offsets().put(SourcePosition.partition(orders.id()), new HashMap<>(Map.of("cursor", 6)));
      run.start();
      read(run, 9);
      settled(run, 9);
      assertEquals(Rendered.rows(rows(21, 30)), rendered(run), "behind the whole value");
    }
  }

  /** Stops with that in the log, and says it once. */
  private void holds(SourceRun run, String words) throws Exception {
    run.until("the words " + words, () -> !log.with(words).isEmpty());
  }

  /** A query may compare in another time zone than it shows: pages would skip rows. */
  @Test
  void aValueThatDomoShowsButDoesNotFindIsHeldInWords() throws Exception {
    DomoDataSet orders = add(rows(0, 6));
    FaultPlan.Handle elsewhere =
        domo.faults()
            .always(
                DomoRequest.on(Route.QUERY)
                    .and(r -> r.body().contains("COUNT(*) FROM table WHERE `seq` = 1")),
                new DomoFault.Answer(
                    200,
                    Map.of("Content-Type", "application/json"),
                    "{\"columns\":[\"COUNT(*)\"],\"metadata\":[{\"type\":\"LONG\"}],"
                        + "\"rows\":[[0]]}"));
    try (SourceRun run = run(orders).start()) {
      holds(run, "finds no row with it");
      assertEquals(0, run.rows().size());
      elsewhere.disarm();
      read(run, 6);
    }
  }

  @Test
  void aDataSetReplacedWithLowerCursorsIsReported() throws Exception {
    DomoDataSet orders = add(rows(30, 36));
    try (SourceRun run = run(orders).start()) {
      read(run, 6);
      orders.publish(rows(0, 6), Action.REPLACE);
      holds(run, "reset its offset");
      settled(run, 6);
    }
  }

  @Test
  void aDelayWaitsForLateRows() throws Exception {
    LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
    List<Column> columns =
        List.of(new Column("at", DomoType.DATETIME), new Column("id", DomoType.LONG));
    DomoDataSet orders =
        add(
            ListRows.of(
                columns,
                row(time(now.minusHours(3)), "1"),
                row(time(now.minusHours(2)), "2"),
                row(time(now), "3")));
    for (String mode : List.of("incremental", "snapshot+incremental")) {
      try (SourceRun run =
          new SourceRun(domo, spool, orders)
              .with("exactly.once.support", "requested")
              .with("domo.mode", mode)
              .with("domo.cursor.columns", "orders: at, id")
              .with("domo.cursor.delay.ms", "3600000")
              .start()) {
        boolean whole = mode.startsWith("snapshot");
        read(run, whole ? 3 : 2);
        settled(run, whole ? 3 : 2);
        if (whole) {
          run.manifest(1);
          // Rows above the delay come again: one of them could have been late.
          LocalDateTime reached = LocalDateTime.parse((String) offset(run, orders).get("cursor"));
          assertTrue(reached.isBefore(now.minusMinutes(59)), reached.toString());
        } else {
          assertEquals(2L, offset(run, orders).get("cursor.key"));
        }
      }
    }
  }

  /** A1 for pages, and poll's promise: no call waits for Domo. */
  @Test
  void aPollDoesNotWaitForDomo() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    domo.faults().once(DomoRequest.on(Route.QUERY).and(this::isPage), DomoFault.stall(100));
    try (SourceRun run = run(orders).with("domo.read.timeout.ms", "600000").start()) {
      Await.until("a stalled page", SourceRun.LIMIT, () -> domo.log().underWay(Route.QUERY) == 1);
      assertEquals(0, run.round(), "a poll comes back while the page stalls");
      assertEquals(1, domo.log().underWay(Route.QUERY), "and it stalls still");
    }
    Await.until(
        "the end of the task ends the call",
        SourceRun.LIMIT,
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("domo-fetch-run")));
  }

  private static String time(LocalDateTime time) {
    return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
  }

  private boolean isPage(DomoRequest request) {
    return request.body().contains("ORDER BY") && !request.body().contains("DESC");
  }

  private DomoDataSet add(RowSource rows) {
    return domo.add(DataSetSpec.of("orders", rows));
  }

  private SourceRun run(DomoDataSet dataSet) {
    return new SourceRun(domo, spool, dataSet)
        .with("domo.mode", "incremental")
        .with("domo.cursor.columns", dataSet.name() + ": seq, id");
  }

  private SourceRun plain(DomoDataSet dataSet) {
    return run(dataSet)
        .with("exactly.once.support", "requested")
        .with("domo.cursor.columns", dataSet.name() + ": seq");
  }

  private static void read(SourceRun run, int rows) throws Exception {
    run.until(rows + " rows", () -> run.rows().size() >= rows);
  }

  /** No more rows come within a few looks. */
  private void settled(SourceRun run, int rows) throws Exception {
    rest(run);
    long calls = domo.log().requests(Route.DATASET).size();
    Await.until(
        "some looks", SourceRun.LIMIT, () -> domo.log().requests(Route.DATASET).size() > calls + 3);
    rest(run);
    assertTrue(run.rows().size() <= rows, run.rows().size() + " rows, expected " + rows);
  }

  private void assertRows(SourceRun run, RowSource expected) {
    assertEquals(Rendered.rows(expected), rendered(run));
  }

  private static void rest(SourceRun run) throws InterruptedException {
    for (int rows = run.round(); rows > 0; rows = run.round()) {
      // Until a poll brings nothing.
    }
  }

  private static List<String> rendered(SourceRun run) {
    return run.rows().stream().map(r -> Rendered.row((Struct) r.value())).toList();
  }

  private static List<String> fields(SourceRun run) {
    return run.rows().get(0).valueSchema().fields().stream().map(f -> f.name()).toList();
  }

  private static Map<String, Object> offset(SourceRun run, DomoDataSet dataSet) {
    return run.offsets().get(SourcePosition.partition(dataSet.id()));
  }

  /** Three rows of each cursor value, in order. */
  private static RowSource rows(int from, int to) {
    return list(
        IntStream.range(from, to)
            .mapToObj(i -> row("" + i / 3, "" + (1000 + i), "t" + i))
            .toArray(String[][]::new));
  }

  private static RowSource list(String[]... rows) {
    return ListRows.of(COLUMNS, rows);
  }

  private static String[] row(String... cells) {
    return cells;
  }
}
