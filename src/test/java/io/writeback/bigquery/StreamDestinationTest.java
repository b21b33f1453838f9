package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.grpc.Status;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** Exactly-once streaming through the real grpc client: rows, tables, answers. */
class StreamDestinationTest extends StreamScenario {
  @Test
  void rowsCarryTheirCoordinates() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    assertEquals(OptionalLong.empty(), claim.position());
    assertEquals(new Committed(7), rig.commit(rig.range(claim, 5, "a", "b")));
    assertEquals(List.of("a", "b"), rig.notes());
    assertEquals(List.of("5", "6"), offsets(rig, ORDERS));
    assertEquals(List.of("orders", "orders"), rig.column("__kafka_topic", ORDERS));
  }

  @Test
  void aTableOfOtherTypesIsWrittenAsItIs() {
    BigQueryRig rig = rig();
    List<TableFieldSchema> fields = new ArrayList<>(KafkaColumns.fields());
    fields.add(new TableFieldSchema().setName("at").setType("DATETIME").setMode("NULLABLE"));
    rig.tables.ensure(ORDERS, fields);
    Schema schema = SchemaBuilder.struct().field("at", Timestamp.SCHEMA).build();
    Claim claim = rig.claim();
    CommitOutcome outcome = new Moved(0);
    for (int i = 0; i < 2; i++) {
      TableBatch batch = rig.destination.newBatch(claim, 0, ORDERS, Optional.empty());
      Struct value = new Struct(schema).put("at", new java.util.Date(1_763_642_096_789L));
      batch.add(
          new SinkRow(
              new SinkRecord("orders", 0, null, null, schema, value, 0), 0, OptionalLong.empty()));
      outcome = rig.commit(new PendingRange(claim, 0, 1, List.of(batch), Map.of(), List.of()));
    }
    assertEquals(new Committed(1), outcome);
    assertEquals(
        "2025-11-20 12:34:56.789",
        rig.queries
            .rows(SqlStatement.of("SELECT CAST(`at` AS STRING) AS v FROM sales.orders"))
            .get(0)
            .text("v"));
  }

  @Test
  void aColumnThatWritersDoNotSeeYetDelaysItsRowsOnly() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a"));
    CountDownLatch shown = new CountDownLatch(1);
    standIn.faults().once(call -> call.is("tables.patch"), new BigQueryFault.ColumnLate(shown));
    Schema wider =
        SchemaBuilder.struct()
            .field("id", Schema.OPTIONAL_INT64_SCHEMA)
            .field("note", Schema.OPTIONAL_STRING_SCHEMA)
            .field("more", Schema.OPTIONAL_STRING_SCHEMA)
            .build();
    TableBatch batch = rig.destination.newBatch(claim, 1, ORDERS, Optional.empty());
    for (int offset = 1; offset < 4; offset++) {
      Struct value = new Struct(wider).put("id", (long) offset).put("more", "m" + offset);
      batch.add(
          new SinkRow(
              new SinkRecord("orders", 0, null, null, wider, value, offset),
              offset,
              OptionalLong.empty()));
    }
    PendingRange range = new PendingRange(claim, 1, 4, List.of(batch), Map.of(), List.of());
    for (int i = 0; i < 3; i++) {
      FaultException early =
          assertThrows(FaultException.class, () -> rig.destination.commit(List.of(range)));
      assertEquals(Fault.RETRY, early.fault());
    }
    shown.countDown();
    assertEquals(new Committed(4), commitPatiently(rig, range));
    assertEquals(numbers(0, 4), offsets(rig, ORDERS));
    assertEquals(4, rig.column("more", ORDERS).size());
  }

  @Test
  void aDroppedTableIsMadeAgainAndEverythingIsWrittenToIt() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, notes(0, 2)));
    rig.queries.execute(SqlStatement.of("DROP TABLE sales.orders"));
    BigQueryRig next = rig();
    Claim later = next.claim();
    assertEquals(new Committed(3), next.commit(next.range(later, 2, notes(2, 3))));
    assertEquals(numbers(2, 3), offsets(next, ORDERS));
  }

  @Test
  void w7ATableWithoutTheCoordinatesIsRefused() {
    BigQueryRig rig = rig();
    rig.tables.ensure(
        ORDERS,
        List.of(new TableFieldSchema().setName("id").setType("INTEGER").setMode("NULLABLE")));
    Claim claim = rig.claim();
    FaultException refused =
        assertThrows(FaultException.class, () -> rig.commit(rig.range(claim, 0, "a")));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertTrue(refused.getMessage().contains("__kafka_topic"), refused.getMessage());
  }

  @Test
  void severalTablesOfOneRangeAreEachFilledOnce() {
    Target other = new Target(DATASET, "other");
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    PendingRange first = two(rig, claim, 0, other);
    standIn
        .storageFaults()
        .once(
            call -> call.is("CreateWriteStream") && call.resource().endsWith("other"),
            new StorageFault.Refuse(Status.INTERNAL));
    assertThrows(FaultException.class, () -> rig.destination.commit(List.of(first)));
    BigQueryRig next = rig();
    Claim later = next.claim();
    assertEquals(new Committed(4), next.commit(two(next, later, 0, other)));
    assertEquals(List.of("0", "2"), offsets(next, ORDERS));
    assertEquals(List.of("1", "3"), offsets(next, other));
  }

  private static PendingRange two(BigQueryRig rig, Claim claim, long start, Target other) {
    List<TableBatch> batches = new ArrayList<>();
    batches.addAll(rig.range(claim, start, ORDERS, "a", null, "c", null).batches());
    batches.addAll(rig.range(claim, start, other, null, "b", null, "d").batches());
    return new PendingRange(claim, start, start + 4, batches, Map.of(), List.of());
  }
}
