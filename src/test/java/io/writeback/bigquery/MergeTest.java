package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Rejected;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.standin.bigquery.BigQueryFault;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** Upserts by staging and MERGE, through the real client. */
class MergeTest extends BigQueryScenario {
  private BigQueryRig rig(String... changes) {
    return rig(Map.of("write.mode", "upsert"), changes);
  }

  /** A change: the note of a key, or null to delete it. */
  private record Change(long id, String note) {}

  private static Change put(long id, String note) {
    return new Change(id, note);
  }

  private static Change delete(long id) {
    return new Change(id, null);
  }

  private static PendingRange range(BigQueryRig rig, Claim claim, long start, Change... changes) {
    TableBatch batch = rig.destination.newBatch(claim, start, ORDERS, Optional.empty());
    for (int i = 0; i < changes.length; i++) {
      batch.add(MergeLives.row(start + i, changes[i].id(), changes[i].note()));
    }
    return new PendingRange(
        claim, start, start + changes.length, List.of(batch), Map.of(), List.of());
  }

  private static List<String> staging(BigQueryRig rig) {
    return rig
        .queries
        .rows(
            SqlStatement.of(
                "SELECT table_name FROM sales.INFORMATION_SCHEMA.TABLES"
                    + " WHERE table_name LIKE '%\\\\_\\\\_wb\\\\_m%'"))
        .stream()
        .map(row -> row.text("table_name"))
        .toList();
  }

  @Test
  void theLastChangeOfAKeyIsShownAndATombstoneRemovesIt() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    assertEquals(
        new Committed(5),
        rig.commit(
            range(rig, claim, 0, put(1, "a"), put(2, "b"), put(1, "c"), delete(2), put(3, "d"))));
    assertEquals(List.of("c", "d"), rig.notes());
    assertEquals(
        new Committed(8), rig.commit(range(rig, claim, 5, put(1, "e"), delete(3), put(2, "f"))));
    assertEquals(List.of("1", "2"), rig.ids());
    assertEquals(List.of("e", "f"), rig.notes());
    assertEquals(
        List.of("id"),
        rig.tables.find(ORDERS).orElseThrow().getTableConstraints().getPrimaryKey().getColumns());
    assertEquals(List.of("id"), rig.tables.find(ORDERS).orElseThrow().getClustering().getFields());
    assertEquals(OptionalLong.of(8), rig().claim().position());
    assertEquals(List.of(), staging(rig));
  }

  @Test
  void softDeletesMarkRowsWhereverARangeEnds() {
    Change[] log = {
      put(1, "a"), put(2, "b"), delete(1), put(3, "c"), delete(3), put(3, "d"), delete(4), delete(2)
    };
    for (int cut : new int[] {1, 3, 8}) {
      String table = "soft" + cut;
      BigQueryRig rig =
          rig(
              "upsert.delete",
              "soft",
              "upsert.delete.column",
              "gone",
              "delivery.id",
              table,
              "table.map",
              "orders:" + table);
      Claim claim = rig.claim();
      for (int at = 0; at < log.length; at += cut) {
        int end = Math.min(log.length, at + cut);
        TableBatch batch =
            rig.destination.newBatch(
                claim, at, new io.writeback.sink.Target(DATASET, table), Optional.empty());
        for (int i = at; i < end; i++) {
          batch.add(MergeLives.row(i, log[i].id(), log[i].note()));
        }
        rig.commit(new PendingRange(claim, at, end, List.of(batch), Map.of(), List.of()));
      }
      assertEquals(
          List.of("1 a true", "2 b true", "3 d false"),
          rig
              .queries
              .rows(
                  SqlStatement.of(
                      "SELECT id, note, IFNULL(gone, FALSE) AS gone FROM sales."
                          + table
                          + " ORDER BY id"))
              .stream()
              .map(row -> row.text("id") + " " + row.text("note") + " " + row.text("gone"))
              .toList(),
          "cut " + cut);
    }
  }

  @Test
  void aTableWithoutPrimaryKeyOrWithTooLongAKeyIsMergedAllTheSame() {
    BigQueryRig rig = rig();
    rig.queries.execute(SqlStatement.of("CREATE TABLE sales.orders (id INT64, mine STRING)"));
    rig.queries.execute(SqlStatement.of("INSERT INTO sales.orders (id, mine) VALUES (1, 'x')"));
    Claim claim = rig.claim();
    rig.commit(range(rig, claim, 0, put(1, "a"), put(2, "b")));
    assertEquals(List.of("a", "b"), rig.notes());

    SchemaBuilder wide = SchemaBuilder.struct();
    for (int i = 0; i < 17; i++) {
      wide.field("k" + i, Schema.INT32_SCHEMA);
    }
    Schema key = wide.build();
    Struct keyValue = new Struct(key);
    for (int i = 0; i < 17; i++) {
      keyValue.put("k" + i, i);
    }
    io.writeback.sink.Target table = new io.writeback.sink.Target(DATASET, "wide");
    BigQueryRig other = rig("delivery.id", "w");
    Claim wideClaim = other.claim();
    TableBatch batch = other.destination.newBatch(wideClaim, 0, table, Optional.empty());
    for (int i = 0; i < 2; i++) {
      batch.add(
          new SinkRow(
              new SinkRecord(
                  "orders",
                  0,
                  key,
                  keyValue,
                  MergeLives.VALUE,
                  new Struct(MergeLives.VALUE).put("note", "n" + i),
                  i),
              i,
              OptionalLong.empty()));
    }
    other.commit(new PendingRange(wideClaim, 0, 2, List.of(batch), Map.of(), List.of()));
    assertEquals(
        "n1",
        other.queries.rows(SqlStatement.of("SELECT note FROM sales.wide")).get(0).text("note"));
  }

  @Test
  void aRowIsReplacedWhole() {
    BigQueryRig rig = rig();
    rig.queries.execute(
        SqlStatement.of("CREATE TABLE sales.orders (id INT64, old STRING, note STRING)"));
    rig.queries.execute(
        SqlStatement.of("INSERT INTO sales.orders (id, old) VALUES (1, 'x'), (2, 'y')"));
    rig.commit(range(rig, rig.claim(), 0, put(1, "a")));
    assertEquals(java.util.Arrays.asList(null, "y"), rig.column("old", ORDERS));
  }

  @Test
  void aTableThatWantsPartitionsNamedIsMerged() {
    BigQueryRig rig =
        rig(
            "bigquery.table.partition", "range(id,0,100,10)",
            "bigquery.table.partition.filter", "true");
    Claim claim = rig.claim();
    rig.commit(range(rig, claim, 0, put(1, "a"), put(20, "b")));
    rig.commit(range(rig, claim, 2, put(1, "c"), delete(20)));
    assertEquals(
        List.of("c"),
        rig.queries.rows(SqlStatement.of("SELECT note FROM sales.orders WHERE id >= 0")).stream()
            .map(row -> row.text("note"))
            .toList());
  }

  @Test
  void aRowThatItsTableRefusesIsNamedAndTheOthersLand() {
    BigQueryRig rig = rig();
    rig.queries.execute(SqlStatement.of("CREATE TABLE sales.orders (id INT64, note INT64)"));
    Claim claim = rig.claim();
    Rejected rejected =
        assertInstanceOf(
            Rejected.class,
            rig.commit(range(rig, claim, 0, put(1, "10"), put(2, "s3cret"), put(3, "30"))));
    assertEquals(List.of(1L), rejected.rows().stream().map(r -> r.offset()).toList());
    assertTrue(
        !rejected.rows().get(0).reason().contains("s3cret"), rejected.rows().get(0).reason());
    TableBatch rest = rig.destination.newBatch(claim, 0, ORDERS, Optional.empty());
    rest.add(MergeLives.row(0, 1, "10"));
    rest.add(MergeLives.row(2, 3, "30"));
    assertEquals(
        new Committed(3),
        rig.commit(new PendingRange(claim, 0, 3, List.of(rest), Map.of(), List.of())));
    assertEquals(List.of("10", "30"), rig.notes());
    assertEquals(List.of(), staging(rig));
  }

  @Test
  void aRowWithoutTheValueOfARequiredColumnIsNamed() {
    BigQueryRig rig = rig();
    rig.queries.execute(
        SqlStatement.of("CREATE TABLE sales.orders (id INT64, note STRING NOT NULL)"));
    Claim claim = rig.claim();
    TableBatch batch = rig.destination.newBatch(claim, 0, ORDERS, Optional.empty());
    batch.add(MergeLives.row(0, 1, "a"));
    batch.add(
        new SinkRow(
            new SinkRecord(
                "orders",
                0,
                MergeLives.KEY,
                new Struct(MergeLives.KEY).put("id", 2L),
                MergeLives.VALUE,
                new Struct(MergeLives.VALUE),
                1),
            1,
            OptionalLong.empty()));
    batch.add(MergeLives.row(2, 3, null));
    CommitOutcome outcome =
        rig.commit(new PendingRange(claim, 0, 3, List.of(batch), Map.of(), List.of()));
    assertEquals(
        List.of(1L),
        assertInstanceOf(Rejected.class, outcome).rows().stream().map(r -> r.offset()).toList());
  }

  @Test
  void whatFailsInPassingIsMergedAgainUnderTheNextId() {
    for (String words :
        List.of(
            "Transaction is aborted due to concurrent update against table orders",
            "Could not serialize access to table orders due to concurrent update",
            "UPDATE or DELETE statement over table orders would affect rows in the streaming"
                + " buffer, which is not supported")) {
      BigQueryRig rig = rig("delivery.id", "d" + words.length());
      Claim claim = rig.claim();
      standIn
          .faults()
          .once(
              call -> call.is("job.effect") && call.toString().contains("MERGE INTO"),
              new BigQueryFault.JobFails("invalidQuery", words));
      assertEquals(new Committed(1), rig.commit(range(rig, claim, 0, put(1, words))), words);
      assertEquals(List.of(words), rig.notes());
    }
    assertEquals(3, standIn.faults().fired());
  }

  @Test
  void aLostAnswerToTheMergeIsLookedUp() {
    BigQueryRig rig = rig();
    standIn
        .faults()
        .once(
            call -> call.is("jobs.insert") && call.mentions("MERGE INTO"),
            new BigQueryFault.AnswerLost());
    Claim claim = rig.claim();
    assertEquals(new Committed(2), rig.commit(range(rig, claim, 0, put(1, "a"), put(2, "b"))));
    assertEquals(1, standIn.faults().fired());
    assertEquals(List.of("a", "b"), rig.notes());
  }

  @Test
  void stagingThatExpiredIsLoadedAgain() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(range(rig, claim, 0, put(1, "a")));
    standIn
        .faults()
        .once(
            call -> call.is("job.effect") && call.toString().contains("MERGE INTO"),
            new BigQueryFault.JobFails("notFound", "Not found: Table sales.orders__wb_m"));
    assertEquals(new Committed(2), rig.commit(range(rig, claim, 1, put(1, "b"))));
    assertEquals(List.of("b"), rig.notes());
  }

  @Test
  void aKeyThatBigQueryCannotCompareIsRefused() {
    BigQueryRig rig = rig("upsert.key", "record_value", "upsert.key.fields", "ratio");
    Schema schema = SchemaBuilder.struct().field("ratio", Schema.FLOAT64_SCHEMA).build();
    Claim claim = rig.claim();
    TableBatch batch = rig.destination.newBatch(claim, 0, ORDERS, Optional.empty());
    batch.add(
        new SinkRow(
            new SinkRecord(
                "orders", 0, null, null, schema, new Struct(schema).put("ratio", 1.5), 0),
            0,
            OptionalLong.empty()));
    FaultException refused =
        assertThrows(
            FaultException.class,
            () -> rig.commit(new PendingRange(claim, 0, 1, List.of(batch), Map.of(), List.of())));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertTrue(refused.getMessage().contains("upsert.key.fields"), refused.getMessage());
  }

  @Test
  void aPositionSetByHandIsWhereTheNextOwnerGoesOn() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(range(rig, claim, 0, put(1, "a"), put(2, "b")));
    BigQuerySinkConnector connector = new BigQuerySinkConnector();
    Map<String, String> config = BigQueryRig.config(standIn, Map.of("write.mode", "upsert"));
    assertTrue(connector.alterOffsets(config, Map.of(BigQueryRig.TP, 1L)));
    BigQueryRig next = rig();
    Claim again = next.claim();
    assertEquals(OptionalLong.of(1), again.position());
    assertEquals(new Committed(2), next.commit(range(next, again, 1, put(2, "c"))));
    assertEquals(List.of("a", "c"), next.notes());
  }
}
