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
import io.writeback.sink.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** Tables of every kind that rows are merged into, through the real client. */
class MergeTablesTest extends ChangeScenario {
  private BigQueryRig rig(String... changes) {
    return rig(Map.of("write.mode", "upsert"), changes);
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
    Target table = new Target(DATASET, "wide");
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
                  ChangeLog.VALUE,
                  new Struct(ChangeLog.VALUE).put("note", "n" + i),
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
    assertEquals(Arrays.asList(null, "y"), rig.column("old", ORDERS));
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
    rest.add(ChangeLog.row(0, 1, "10"));
    rest.add(ChangeLog.row(2, 3, "30"));
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
    batch.add(ChangeLog.row(0, 1, "a"));
    batch.add(
        new SinkRow(
            new SinkRecord(
                "orders",
                0,
                ChangeLog.KEY,
                new Struct(ChangeLog.KEY).put("id", 2L),
                ChangeLog.VALUE,
                new Struct(ChangeLog.VALUE),
                1),
            1,
            OptionalLong.empty()));
    batch.add(ChangeLog.row(2, 3, null));
    CommitOutcome outcome =
        rig.commit(new PendingRange(claim, 0, 3, List.of(batch), Map.of(), List.of()));
    assertEquals(
        List.of(1L),
        assertInstanceOf(Rejected.class, outcome).rows().stream().map(r -> r.offset()).toList());
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
}
