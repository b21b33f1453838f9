package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.BadRowException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Upserts and deletes by change data capture, through the real grpc client. */
class ChangesTest extends BigQueryScenario {
  private static final Schema KEY = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();
  private static final Schema VALUE =
      SchemaBuilder.struct().field("note", Schema.OPTIONAL_STRING_SCHEMA).build();

  private BigQueryRig rig(String... changes) {
    return rig(
        Map.of(
            "bigquery.write.method", "storage_write",
            "write.mode", "upsert",
            "bigquery.upsert.partitions", "2",
            "bigquery.mark.interval.ms", "0"),
        changes);
  }

  /** A change: the note of a key, or null to delete it. */
  private record Change(long id, String note, long timestamp) {
    Change(long id, String note) {
      this(id, note, 0);
    }
  }

  private static PendingRange range(BigQueryRig rig, Claim claim, long start, Change... changes) {
    TableBatch batch = rig.destination.newBatch(claim, start, ORDERS, Optional.empty());
    for (int i = 0; i < changes.length; i++) {
      Change change = changes[i];
      Struct value = change.note() == null ? null : new Struct(VALUE).put("note", change.note());
      batch.add(
          new SinkRow(
              new SinkRecord(
                  claim.partition().topic(),
                  claim.partition().partition(),
                  KEY,
                  new Struct(KEY).put("id", change.id()),
                  value == null ? null : VALUE,
                  value,
                  start + i,
                  change.timestamp(),
                  TimestampType.CREATE_TIME),
              start + i,
              OptionalLong.empty()));
    }
    return new PendingRange(
        claim, start, start + changes.length, List.of(batch), Map.of(), List.of());
  }

  @Test
  void theLastChangeOfAKeyIsShownAndATombstoneRemovesIt() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    assertEquals(
        new Committed(5),
        rig.commit(
            range(
                rig,
                claim,
                0,
                new Change(1, "a"),
                new Change(2, "b"),
                new Change(1, "c"),
                new Change(2, null),
                new Change(3, "d"))));
    assertEquals(List.of("c", "d"), rig.notes());
    assertEquals(List.of("1", "3"), rig.ids());
    assertEquals(
        List.of("id"),
        rig.tables.find(ORDERS).orElseThrow().getTableConstraints().getPrimaryKey().getColumns());
    assertEquals(OptionalLong.of(5), rig().claim().position());
  }

  @Test
  void whatIsDeliveredAgainChangesNothing() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    Change[] changes = {new Change(1, "a"), new Change(1, "b"), new Change(2, "x")};
    rig.commit(range(rig, claim, 0, changes));
    rig.commit(range(rig, claim, 3, new Change(1, null)));
    BigQueryRig replay = rig();
    replay.commit(range(replay, replay.claim(), 0, changes));
    assertEquals(List.of("2"), replay.ids());
    assertEquals(List.of("x"), replay.notes());
  }

  @Test
  void aLostAnswerIsHarmless() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(range(rig, claim, 0, new Change(1, "a")));
    standIn.storageFaults().once(call -> call.is("AppendRows"), new StorageFault.LoseAnswer());
    assertEquals(
        new Committed(3), rig.commit(range(rig, claim, 1, new Change(1, "b"), new Change(2, "c"))));
    assertEquals(List.of("b", "c"), rig.notes());
  }

  @Test
  void u1AndU2ANewGenerationWinsOverHigherOffsets() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(range(rig, claim, 900, new Change(1, "old")));
    BigQueryRig next = rig("delivery.generation", "1");
    Claim later = next.claim();
    assertEquals(OptionalLong.empty(), later.position());
    next.commit(range(next, later, 3, new Change(1, "new")));
    assertEquals(List.of("new"), next.notes());
  }

  @Test
  void u2APartitionBeyondTheStatedOnesStopsTheTask() {
    BigQueryRig rig = rig();
    rig.commit(range(rig, rig.claim(), 0, new Change(1, "a")));
    Claim added = rig.destination.claim(new TopicPartition("orders", 2), OptionalLong.empty());
    FaultException refused =
        assertThrows(
            FaultException.class, () -> rig.commit(range(rig, added, 0, new Change(1, "b"))));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    BigQueryRig more = rig("bigquery.upsert.partitions", "3");
    Claim claim = more.claim();
    FaultException changed =
        assertThrows(
            FaultException.class, () -> more.commit(range(more, claim, 1, new Change(1, "b"))));
    assertTrue(changed.getMessage().contains("delivery.generation"), changed.getMessage());
    assertEquals(List.of("a"), rig.notes());
  }

  @Test
  void u3OffsetsOfTwoTopicsAreNotCompared() {
    BigQueryRig rig = rig();
    rig.commit(range(rig, rig.claim(), 0, new Change(1, "a")));
    Claim other = rig.destination.claim(new TopicPartition("others", 0), OptionalLong.empty());
    FaultException refused =
        assertThrows(
            FaultException.class, () -> rig.commit(range(rig, other, 5, new Change(1, "b"))));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertTrue(refused.getMessage().contains("another topic"), refused.getMessage());
  }

  @Test
  void u3ACheckThatFailedIsMadeAgain() {
    BigQueryRig rig = rig();
    rig.commit(range(rig, rig.claim(), 0, new Change(1, "a")));
    Claim other = rig.destination.claim(new TopicPartition("others", 0), OptionalLong.empty());
    var out = standIn.faults().once(c -> c.is("tables.get"), BigQueryFault.Refused.backend(503));
    FaultException refused =
        assertThrows(
            FaultException.class, () -> rig.commit(range(rig, other, 5, new Change(1, "b"))));
    assertEquals(1, out.fired());
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertEquals(List.of("a"), rig.notes());
  }

  @Test
  void u5ChangesAreNotReadAgainOnceDeletesAreForgotten() {
    BigQueryRig rig = rig();
    rig.commit(range(rig, rig.claim(), 0, new Change(1, "a"), new Change(1, null)));
    Map<String, String> config =
        BigQueryRig.config(
            standIn,
            Map.of(
                "bigquery.write.method", "storage_write",
                "write.mode", "upsert",
                "bigquery.upsert.partitions", "2"));
    BigQuerySinkConnector connector = new BigQuerySinkConnector();
    TopicPartition tp = new TopicPartition("orders", 0);
    assertTrue(connector.alterOffsets(config, Map.of(tp, 1L)));
    assertEquals(OptionalLong.of(1), rig().claim().position());

    rig.queries.execute(
        SqlStatement.of(
            "UPDATE sales.__wb_ledger SET written_at = TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL"
                + " 48 HOUR) WHERE kind = 'position'"));
    Map<TopicPartition, Long> start = new HashMap<>();
    start.put(tp, null);
    for (Map<TopicPartition, Long> back : List.of(Map.of(tp, 1L), start)) {
      ConnectException refused =
          assertThrows(ConnectException.class, () -> connector.alterOffsets(config, back));
      assertTrue(refused.getMessage().contains("delivery.generation"), refused.getMessage());
    }
    assertEquals(OptionalLong.of(1), rig().claim().position());
    // Forwards nothing comes again.
    assertTrue(connector.alterOffsets(config, Map.of(tp, 7L)));
  }

  @Test
  void timestampsOrderChangesOfSeveralTopics() {
    BigQueryRig rig = rig("bigquery.upsert.sequence", "timestamp");
    rig.commit(range(rig, rig.claim(), 900, new Change(1, "older", 1000)));
    Claim other = rig.destination.claim(new TopicPartition("others", 7), OptionalLong.empty());
    assertInstanceOf(
        CommitOutcome.Committed.class,
        rig.commit(
            range(rig, other, 0, new Change(1, "newer", 2000), new Change(1, "oldest", 10))));
    assertEquals(List.of("newer"), rig.notes());
  }

  @Test
  void aRowWithoutAWholeKeyOrWithoutAnOrderIsRefused() {
    BigQueryRig rig = rig("bigquery.upsert.sequence", "field:version");
    Claim claim = rig.claim();
    TableBatch batch = rig.destination.newBatch(claim, 0, ORDERS, Optional.empty());
    SinkRow noOrder =
        new SinkRow(
            new SinkRecord(
                "orders", 0, KEY, new Struct(KEY).put("id", 1L), VALUE, new Struct(VALUE), 0),
            0,
            OptionalLong.empty());
    assertTrue(
        assertThrows(BadRowException.class, () -> batch.add(noOrder))
            .getMessage()
            .contains("version"));
    SinkRow noKey =
        new SinkRow(
            new SinkRecord("orders", 0, null, null, VALUE, new Struct(VALUE), 1),
            1,
            OptionalLong.empty());
    assertThrows(BadRowException.class, () -> batch.add(noKey));
    assertEquals(0, batch.rows());
  }

  @Test
  void aTableWithoutThePrimaryKeyIsRefused() {
    BigQueryRig rig = rig();
    rig.tables.ensureOwn(
        ORDERS,
        List.of(new TableFieldSchema().setName("id").setType("INTEGER").setMode("NULLABLE")),
        new Table());
    Claim claim = rig.claim();
    FaultException refused =
        assertThrows(
            FaultException.class, () -> rig.commit(range(rig, claim, 0, new Change(1, "a"))));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertTrue(refused.getMessage().contains("ADD PRIMARY KEY"), refused.getMessage());
  }

  private static List<String> staleness(BigQueryRig rig) {
    return rig
        .queries
        .rows(
            SqlStatement.of(
                "SELECT option_value FROM sales.INFORMATION_SCHEMA.TABLE_OPTIONS"
                    + " WHERE table_name = 'orders' AND option_name = 'max_staleness'"))
        .stream()
        .map(row -> String.valueOf(MaxStaleness.parse(row.text("option_value")).orElseThrow()))
        .toList();
  }

  @Test
  void maxStalenessIsSetOnCreationAndFollowsTheConfiguration() {
    BigQueryRig rig = rig("bigquery.table.max.staleness.ms", "900000");
    Claim claim = rig.claim();
    rig.commit(range(rig, claim, 0, new Change(1, "a")));
    assertEquals(List.of("PT15M"), staleness(rig));
    long jobs = standIn.calls("jobs.insert");
    rig.commit(range(rig, claim, 1, new Change(1, "b")));
    assertTrue(standIn.calls("jobs.insert") <= jobs + 1, "at most its position is written");
    BigQueryRig unset = rig();
    unset.commit(range(unset, unset.claim(), 2, new Change(1, "c")));
    assertEquals(List.of("PT15M"), staleness(rig), "left as it is");
    BigQueryRig changed = rig("bigquery.table.max.staleness.ms", "0");
    changed.commit(range(changed, changed.claim(), 3, new Change(1, "d")));
    assertEquals(List.of("PT0S"), staleness(rig));
    assertEquals(List.of("d"), changed.notes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INTERVAL 15 MINUTE|PT15M",
        "INTERVAL 900 SECOND|PT15M",
        "INTERVAL \"4:0:0\" HOUR TO SECOND|PT4H",
        "INTERVAL '0-0 1 0:15:0' YEAR TO SECOND|PT24H15M",
        "0-0 0 0:15:0|PT15M",
        "a while|"
      })
  void anIntervalIsReadInEveryForm(String text, String duration) {
    assertEquals(Optional.ofNullable(duration), MaxStaleness.parse(text).map(String::valueOf));
  }
}
