package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.RowError;
import io.grpc.Status;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.CommitOutcome.Rejected;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/**
 * What a stream answers to appends, late, twice or not at all, and what is made of it. Numbers such
 * as w4 name findings of the delivery design.
 */
class StreamAnswersTest extends StreamScenario {
  @Test
  void aLostAnswerIsNoSecondRow() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a"));
    standIn.storageFaults().once(call -> call.is("AppendRows"), new StorageFault.LoseAnswer());
    assertEquals(new Committed(3), rig.commit(rig.range(claim, 1, "b", "c")));
    assertEquals(1, standIn.storageFaults().fired());
    assertEquals(numbers(0, 3), offsets(rig, ORDERS));
  }

  @Test
  void aLongPipelineWithLostAnswersLandsOnceInOrder() {
    BigQueryRig rig =
        rig("bigquery.append.bytes", "1024", "bigquery.append.in.flight.bytes", "4096");
    Claim claim = rig.claim();
    PendingRange range = rig.range(claim, 0, notes(0, 400));
    assertTrue(((StreamBatch) range.batches().get(0)).pending().size() > 10);
    int[] seen = {0};
    standIn
        .storageFaults()
        .always(call -> call.is("AppendRows") && ++seen[0] % 5 == 0, new StorageFault.LoseAnswer());
    CommitOutcome outcome = commitPatiently(rig, range);
    assertEquals(new Committed(400), outcome);
    assertTrue(seen[0] > 10);
    assertEquals(numbers(0, 400), offsets(rig, ORDERS));
  }

  @Test
  void w4ALandedAppendThatWasCalledFailedIsNotTakenForOtherBytes() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a"));
    standIn
        .storageFaults()
        .once(call -> call.is("AppendRows"), new StorageFault.FailYetLand(Status.INVALID_ARGUMENT));
    PendingRange range = rig.range(claim, 1, "b", "c");
    FaultException failed =
        assertThrows(FaultException.class, () -> rig.destination.commit(List.of(range)));
    assertEquals(Fault.CONFIGURATION, failed.fault());
    // The same bytes again: they are there.
    assertEquals(new Committed(3), rig.commit(range));
    // Other bytes at an offset that is taken: nothing may be concluded from ALREADY_EXISTS.
    standIn
        .storageFaults()
        .once(call -> call.is("AppendRows"), new StorageFault.FailYetLand(Status.INVALID_ARGUMENT));
    assertThrows(
        FaultException.class, () -> rig.destination.commit(List.of(rig.range(claim, 3, "d", "e"))));
    assertEquals(new Committed(8), rig.commit(rig.range(claim, 3, "d", "e", "f", "g", "h")));
    assertEquals(numbers(0, 8), offsets(rig, ORDERS));
    assertEquals(List.of("a", "b", "c", "d", "e", "f", "g", "h"), rig.notes());
  }

  /** Says once that the first row of an append is refused, although all have landed. */
  private static WriteStreams lying(WriteStreams streams, AtomicBoolean lie) {
    return (WriteStreams)
        Proxy.newProxyInstance(
            WriteStreams.class.getClassLoader(),
            new Class<?>[] {WriteStreams.class},
            (proxy, method, args) -> {
              Object result = method.invoke(streams, args);
              return result instanceof WriteStreams.Connection open ? lying(open, lie) : result;
            });
  }

  private static WriteStreams.Connection lying(WriteStreams.Connection open, AtomicBoolean lie) {
    return (WriteStreams.Connection)
        Proxy.newProxyInstance(
            WriteStreams.class.getClassLoader(),
            new Class<?>[] {WriteStreams.Connection.class},
            (proxy, method, args) -> {
              Object result = method.invoke(open, args);
              return result instanceof AppendRowsResponse && lie.getAndSet(false)
                  ? AppendRowsResponse.newBuilder()
                      .addRowErrors(RowError.newBuilder().setIndex(0).setMessage("no"))
                      .build()
                  : result;
            });
  }

  @Test
  void w4OtherBytesAtATakenOffsetAreNotTakenForLanded() {
    AtomicBoolean lie = new AtomicBoolean();
    BigQueryRig rig =
        rig(
            Map.of("bigquery.write.method", "storage_write"),
            streams -> lying(streams, lie),
            DyingProcess.never());
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a"));
    lie.set(true);
    assertInstanceOf(Rejected.class, rig.commit(rig.range(claim, 1, "b", "c")));
    assertEquals(new Committed(3), commitPatiently(rig, rig.range(claim, 1, ORDERS, null, "c")));
    assertEquals(new Committed(5), commitPatiently(rig, rig.range(claim, 3, "d", "e")));
    assertEquals(numbers(0, 5), offsets(rig, ORDERS));
  }

  private static final Schema DATED =
      SchemaBuilder.struct().field("day", Schema.OPTIONAL_STRING_SCHEMA).build();

  private void datedTable(BigQueryRig rig) {
    List<TableFieldSchema> fields = new ArrayList<>(KafkaColumns.fields());
    fields.add(new TableFieldSchema().setName("day").setType("DATE").setMode("NULLABLE"));
    rig.tables.ensure(ORDERS, fields);
  }

  private PendingRange dated(BigQueryRig rig, Claim claim, long start, String... days) {
    TableBatch batch = rig.destination.newBatch(claim, start, ORDERS, Optional.empty());
    for (int i = 0; i < days.length; i++) {
      if (days[i] != null) {
        long offset = start + i;
        batch.add(
            new SinkRow(
                new SinkRecord(
                    "orders", 0, null, null, DATED, new Struct(DATED).put("day", days[i]), offset),
                offset,
                OptionalLong.empty()));
      }
    }
    return new PendingRange(claim, start, start + days.length, List.of(batch), Map.of(), List.of());
  }

  @Test
  void refusedRowsAreNamedAndTheOthersLandOnceAlsoBehindThem() {
    BigQueryRig rig = rig("bigquery.append.bytes", "1024");
    datedTable(rig);
    Claim claim = rig.claim();
    String[] days = new String[100];
    for (int i = 0; i < days.length; i++) {
      days[i] = i % 30 == 29 ? "no day" : "2026-11-20";
    }
    // The first try teaches the columns of the table.
    assertEquals(new Moved(0), rig.commit(dated(rig, claim, 0, days)));
    for (int round = 0; ; round++) {
      assertTrue(round < 10, "does not come to an end");
      CommitOutcome outcome = rig.commit(dated(rig, claim, 0, days));
      if (outcome instanceof Committed) {
        break;
      }
      Rejected rejected = assertInstanceOf(Rejected.class, outcome);
      rejected
          .rows()
          .forEach(
              row -> {
                assertEquals("no day", days[(int) row.offset()]);
                assertTrue(!row.reason().contains("no day"), row.reason());
                days[(int) row.offset()] = null;
              });
    }
    assertEquals(
        IntStream.range(0, 100).filter(i -> i % 30 != 29).mapToObj(String::valueOf).toList(),
        offsets(rig, ORDERS));
  }
}
