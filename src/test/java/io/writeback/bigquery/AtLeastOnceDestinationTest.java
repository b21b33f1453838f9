package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.grpc.Status;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Rejected;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways that may write a row twice, but never lose one. */
class AtLeastOnceDestinationTest extends BigQueryScenario {
  private static final Schema DATED =
      SchemaBuilder.struct().field("day", Schema.OPTIONAL_STRING_SCHEMA).build();

  private BigQueryRig rig(String method) {
    return rig(
        Map.of("delivery.guarantee", "at_least_once", "bigquery.append.bytes", "1024"),
        "bigquery.write.method",
        method);
  }

  @ParameterizedTest
  @ValueSource(strings = {"storage_write", "insert_all"})
  void rowsLandAndKafkaKeepsThePosition(String method) {
    BigQueryRig rig = rig(method);
    Claim claim = rig.claim();
    assertEquals(new Committed(3), rig.commit(rig.range(claim, 0, "a", null, "c")));
    assertEquals(List.of("a", "c"), rig.notes());
    assertEquals(OptionalLong.empty(), rig(method).claim().position());
    assertEquals(
        List.of("id", "note"),
        rig.tables.columns(ORDERS).orElseThrow().stream().map(TableFieldSchema::getName).toList());
  }

  @Test
  void aRequestOfTheDefaultStreamIsRepeatedUntilItIsAcknowledged() {
    BigQueryRig rig = rig("storage_write");
    Claim claim = rig.claim();
    standIn
        .storageFaults()
        .once(call -> call.is("AppendRows"), new StorageFault.RefuseInStream(Status.ABORTED));
    PendingRange range = rig.range(claim, 0, "a", "b");
    FaultException passing =
        assertThrows(FaultException.class, () -> rig.destination.commit(List.of(range)));
    assertEquals(Fault.RETRY, passing.fault());
    assertEquals(new Committed(2), rig.commit(range));
    assertEquals(List.of("a", "b"), rig.notes());
  }

  @Test
  void aRequestOfInsertAllIsRepeatedUntilItIsAcknowledged() {
    BigQueryRig rig = rig("insert_all");
    Claim claim = rig.claim();
    standIn.faults().once(call -> call.is("tabledata.insertAll"), new BigQueryFault.AnswerLost());
    assertEquals(new Committed(2), rig.commit(rig.range(claim, 0, "a", "b")));
    assertEquals(1, standIn.faults().fired());
    // The ids of the rows let the service leave the second copy out.
    assertEquals(List.of("a", "b"), rig.notes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"storage_write", "insert_all"})
  void refusedRowsAreNamedAndTheOthersLand(String method) {
    BigQueryRig rig = rig(method);
    rig.tables.ensure(
        ORDERS, List.of(new TableFieldSchema().setName("day").setType("DATE").setMode("NULLABLE")));
    Claim claim = rig.claim();
    String[] days = new String[1200];
    for (int i = 0; i < days.length; i++) {
      days[i] = i == 700 || i == 701 ? "no day" : "2026-11-20";
    }
    List<Long> refused = new ArrayList<>();
    for (int round = 0; round < 6; round++) {
      CommitOutcome outcome = rig.commit(dated(rig, claim, days));
      if (outcome instanceof Committed) {
        break;
      }
      if (outcome instanceof Rejected rejected) {
        for (RejectedRow row : rejected.rows()) {
          refused.add(row.offset());
          days[(int) row.offset()] = null;
        }
      }
    }
    assertEquals(List.of(700L, 701L), refused);
    assertEquals(
        List.of("1198"),
        rig.queries.rows(SqlStatement.of("SELECT COUNT(*) AS n FROM sales.orders")).stream()
            .map(row -> row.text("n"))
            .toList());
  }

  private static PendingRange dated(BigQueryRig rig, Claim claim, String[] days) {
    TableBatch batch = rig.destination.newBatch(claim, 0, ORDERS, Optional.empty());
    for (int offset = 0; offset < days.length; offset++) {
      if (days[offset] != null) {
        Struct value = new Struct(DATED).put("day", days[offset]);
        batch.add(
            new SinkRow(
                new SinkRecord("orders", 0, null, null, DATED, value, offset),
                offset,
                OptionalLong.empty()));
      }
    }
    return new PendingRange(claim, 0, days.length, List.of(batch), Map.of(), List.of());
  }

  @Test
  void aTableDroppedUnderInsertAllIsMadeAgain() {
    BigQueryRig rig = rig("insert_all");
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a"));
    rig.queries.execute(SqlStatement.of("DROP TABLE sales.orders"));
    PendingRange range = rig.range(claim, 1, "b");
    assertInstanceOf(
        FaultException.class,
        assertThrows(FaultException.class, () -> rig.destination.commit(List.of(range))));
    assertEquals(new Committed(2), rig.commit(range));
    assertEquals(List.of("b"), rig.notes());
  }
}
