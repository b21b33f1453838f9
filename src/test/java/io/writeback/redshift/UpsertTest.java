package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.range;
import static io.writeback.redshift.Warehouse.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.BadRowException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.Await;
import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import io.writeback.standin.redshift.RedshiftSettings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** write.mode=upsert, in a database that is SERIALIZABLE, as older ones are. */
class UpsertTest {
  static final Schema KEY =
      SchemaBuilder.struct()
          .field("region", Schema.STRING_SCHEMA)
          .field("id", Schema.OPTIONAL_INT64_SCHEMA)
          .build();
  static final Schema VALUE =
      SchemaBuilder.struct()
          .field("region", Schema.STRING_SCHEMA)
          .field("id", Schema.OPTIONAL_INT64_SCHEMA)
          .field("name", Schema.OPTIONAL_STRING_SCHEMA)
          .build();

  private static Warehouse warehouse;

  @BeforeAll
  static void start() throws Exception {
    warehouse = new Warehouse(RedshiftSettings.Isolation.SERIALIZABLE);
  }

  @AfterAll
  static void stop() {
    warehouse.close();
  }

  @AfterEach
  void healthy() {
    warehouse.redshift.faults().clear();
  }

  static Struct key(String region, Long id) {
    return new Struct(KEY).put("region", region).put("id", id);
  }

  /** A row with the composite key; a tombstone if the name is null. */
  static SinkRow row(TopicPartition tp, long offset, String region, Long id, String name) {
    Struct value =
        name == null
            ? null
            : new Struct(VALUE).put("region", region).put("id", id).put("name", name);
    return row(tp, offset, KEY, key(region, id), value);
  }

  static SinkRow row(TopicPartition tp, long offset, Schema keySchema, Object key, Struct value) {
    return new SinkRow(
        new SinkRecord(
            tp.topic(),
            tp.partition(),
            keySchema,
            key,
            value == null ? null : value.schema(),
            value,
            offset,
            0L,
            TimestampType.CREATE_TIME),
        offset,
        OptionalLong.empty());
  }

  /** A delivery of one partition into the table of the same name. */
  private static final class Delivery {
    final Destination destination;
    final TopicPartition tp;
    final Target target;
    Claim claim;
    long next;

    Delivery(String name, String... more) {
      String[] config = new String[more.length + 2];
      config[0] = "write.mode";
      config[1] = "upsert";
      System.arraycopy(more, 0, config, 2, more.length);
      destination = warehouse.destination(name, config);
      tp = new TopicPartition(name, 0);
      target = table(name);
      claim = destination.claim(tp, OptionalLong.of(0));
    }

    TableBatch batch() {
      return destination.newBatch(claim, next, target, Optional.empty());
    }

    PendingRange of(SinkRow... rows) {
      TableBatch batch = batch();
      for (SinkRow row : rows) {
        batch.add(row);
      }
      long start = next;
      next = rows[rows.length - 1].offset() + 1;
      return range(claim, start, next, batch);
    }

    void land(SinkRow... rows) {
      PendingRange range = of(rows);
      assertEquals(List.of(new Committed(range.end())), destination.commit(List.of(range)));
    }

    SinkRow put(long offset, String region, long id, String name) {
      return row(tp, offset, region, id, name);
    }

    List<String> shown(String more) {
      return warehouse.rows(
          "SELECT region, id, name" + more + " FROM " + target.table() + " ORDER BY region, id");
    }
  }

  @Test
  void theLastRowOfACompositeKeyStaysWithinAFlushAndAcross() {
    Delivery d = new Delivery("last");
    d.land(d.put(0, "eu", 1, "a"), d.put(1, "eu", 2, "b"), d.put(2, "eu", 1, "c"));
    assertEquals(List.of("eu|1|c", "eu|2|b"), d.shown(""));
    d.land(d.put(3, "us", 1, "d"), d.put(4, "eu", 2, "e"), d.put(5, "eu", 2, "f"));
    assertEquals(List.of("eu|1|c", "eu|2|f", "us|1|d"), d.shown(""));
  }

  @Test
  void aTombstoneRemovesItsRowAndALaterRowBringsItBack() {
    Delivery d = new Delivery("tombs");
    d.land(d.put(0, "eu", 1, "a"), d.put(1, "eu", 2, "b"), d.put(2, "eu", 3, "x"));
    d.land(
        d.put(3, "eu", 1, null),
        d.put(4, "eu", 2, null),
        d.put(5, "eu", 2, "again"),
        d.put(6, "eu", 9, "short lived"),
        d.put(7, "eu", 9, null),
        d.put(8, "eu", 77, null));
    assertEquals(List.of("eu|2|again", "eu|3|x"), d.shown(""));
  }

  /** The table is the same wherever the flushes end: a soft delete keeps the last values. */
  @Test
  void aSoftDeleteMarksTheRowAndKeepsItsLastValues() {
    for (boolean oneFlush : new boolean[] {true, false}) {
      Delivery d =
          new Delivery(
              oneFlush ? "soft1" : "softn",
              "upsert.delete",
              "soft",
              "upsert.delete.column",
              "Gone");
      SinkRow[] rows = {
        d.put(0, "eu", 1, "a"),
        d.put(1, "eu", 2, "b"),
        d.put(2, "eu", 1, "last"),
        d.put(3, "eu", 1, null),
        d.put(4, "eu", 2, null),
        d.put(5, "eu", 2, "back"),
        d.put(6, "eu", 5, null)
      };
      if (oneFlush) {
        d.land(rows);
      } else {
        for (SinkRow row : rows) {
          d.land(row);
        }
      }
      assertEquals(List.of("eu|1|last|t", "eu|2|back|f"), d.shown(", gone"));
    }
  }

  @Test
  void aRowWithoutAWholeKeyIsRefusedAndLeavesNothingBehind() {
    Delivery d = new Delivery("keyless");
    TableBatch batch = d.batch();
    BadRowException part =
        assertThrows(BadRowException.class, () -> batch.add(row(d.tp, 0, "eu", null, "no id")));
    assertTrue(part.getMessage().contains("field id is null"), part.getMessage());
    assertThrows(BadRowException.class, () -> batch.add(row(d.tp, 1, KEY, null, null)));
    BadRowException none =
        assertThrows(
            BadRowException.class, () -> batch.add(row(d.tp, 2, (Schema) null, null, null)));
    assertTrue(none.getMessage().contains("key.converter"), none.getMessage());
    batch.add(d.put(3, "eu", 1, "good"));
    d.destination.commit(List.of(range(d.claim, 0, 4, batch)));
    assertEquals(List.of("eu|1|good"), d.shown(""));
  }

  @Test
  void theKeyMayBeFieldsOfTheValueAndATombstoneThenBringsThemInItsKey() {
    Delivery d =
        new Delivery("invalue", "upsert.key", "record_value", "upsert.key.fields", "id,region");
    Struct one = new Struct(VALUE).put("region", "eu").put("id", 1L).put("name", "a");
    Struct two = new Struct(VALUE).put("region", "eu").put("id", 2L).put("name", "b");
    d.land(
        row(d.tp, 0, null, null, one),
        row(d.tp, 1, null, null, two),
        row(d.tp, 2, KEY, key("eu", 1L), null));
    assertEquals(List.of("eu|2|b"), d.shown(""));
    TableBatch batch = d.batch();
    assertThrows(BadRowException.class, () -> batch.add(row(d.tp, 3, (Schema) null, null, null)));
  }

  @Test
  void aKeyThatIsNoStructGetsTheNameGivenAndBecomesAColumn() {
    Delivery d = new Delivery("plainkey", "upsert.key.fields", "code");
    Schema named = SchemaBuilder.struct().field("name", Schema.STRING_SCHEMA).build();
    d.land(
        row(d.tp, 0, Schema.STRING_SCHEMA, "x", new Struct(named).put("name", "one")),
        row(d.tp, 1, Schema.STRING_SCHEMA, "y", new Struct(named).put("name", "two")),
        row(d.tp, 2, Schema.STRING_SCHEMA, "x", new Struct(named).put("name", "three")));
    assertEquals(
        List.of("x|three", "y|two"),
        warehouse.rows("SELECT code, name FROM plainkey ORDER BY code"));
  }

  @Test
  void rowsOfSeveralSchemasInOneFlushKeepTheirOrder() {
    Delivery d = new Delivery("evolves");
    Schema wide =
        SchemaBuilder.struct()
            .field("region", Schema.STRING_SCHEMA)
            .field("id", Schema.OPTIONAL_INT64_SCHEMA)
            .field("name", Schema.OPTIONAL_STRING_SCHEMA)
            .field("extra", Schema.OPTIONAL_STRING_SCHEMA)
            .build();
    Struct value = new Struct(wide).put("region", "eu").put("id", 1L).put("extra", "new");
    d.land(
        row(d.tp, 0, KEY, key("eu", 1L), value),
        d.put(1, "eu", 1, "old schema, later row"),
        d.put(2, "eu", 2, "b"),
        row(d.tp, 3, KEY, key("eu", 2L), value.put("id", 2L)));
    assertEquals(List.of("eu|1|old schema, later row|null", "eu|2|null|new"), d.shown(", extra"));
  }

  /** R7: what a fenced partition has staged does not reach the target. */
  @Test
  void rowsOfAFencedPartitionStayOut() {
    Delivery old = new Delivery("fenced");
    Claim kept = old.destination.claim(new TopicPartition("fenced", 1), OptionalLong.of(0));
    Delivery young = new Delivery("fenced");
    // The claim deletes objects of older epochs in the background. If that takes one of these from
    // under the COPY, both ranges are read again, and come again.
    List<CommitOutcome> outcomes;
    do {
      TableBatch other = old.destination.newBatch(kept, 0, old.target, Optional.empty());
      other.add(row(kept.partition(), 0, "us", 5L, "kept"));
      outcomes =
          old.destination.commit(
              List.of(old.of(old.put(0, "eu", 1, "zombie")), range(kept, 0, 1, other)));
    } while (outcomes.equals(List.of(new Moved(0), new Moved(0))));
    assertInstanceOf(Fenced.class, outcomes.get(0));
    assertEquals(new Committed(1), outcomes.get(1));
    assertEquals(List.of("us|5|kept"), old.shown(""));
    young.land(young.put(0, "eu", 1, "owner"));
    assertEquals(List.of("eu|1|owner", "us|5|kept"), young.shown(""));
  }

  /**
   * R5: two topics upsert into one target in a SERIALIZABLE database. Without the target's table in
   * the first LOCK the second one reads rows that the first one changes: error 1023.
   */
  @Test
  void twoTopicsUpsertOneTargetWithoutAConflict() throws Exception {
    Delivery a = new Delivery("feeder_a");
    Delivery b = new Delivery("feeder_b");
    Target shared = table("shared_target");
    commit(a, shared, 0, "from a");
    commit(b, shared, 0, "from b");
    CountDownLatch released = new CountDownLatch(1);
    var hang =
        warehouse
            .redshift
            .faults()
            .once(
                RedshiftCall.statement("^DELETE FROM .*shared_target"),
                new RedshiftFault.Hang(released));
    CompletableFuture<Void> first =
        CompletableFuture.runAsync(() -> commit(a, shared, 1, "from a again"));
    Await.until("the first to be in its DELETE", () -> hang.fired() == 1);
    List<String> waiting = new CopyOnWriteArrayList<>();
    warehouse
        .redshift
        .faults()
        .always(
            call -> {
              waiting.add(call.sql());
              return false;
            },
            new RedshiftFault.DropBefore());
    CompletableFuture<Void> second =
        CompletableFuture.runAsync(() -> commit(b, shared, 1, "from b again"));
    Await.until(
        "the second to lock", () -> waiting.stream().anyMatch(sql -> sql.startsWith("LOCK")));
    released.countDown();
    first.join();
    second.join();
    assertEquals(
        List.of("eu|1|from b again"), warehouse.rows("SELECT region, id, name FROM shared_target"));
    String lock = waiting.stream().filter(sql -> sql.startsWith("LOCK")).findFirst().orElseThrow();
    assertTrue(lock.contains("_wb_progress_") && lock.contains("_wb_target_"), lock);
  }

  private static void commit(Delivery d, Target target, long offset, String name) {
    TableBatch batch = d.destination.newBatch(d.claim, offset, target, Optional.empty());
    batch.add(row(d.tp, offset, "eu", 1L, name));
    assertEquals(
        List.of(new Committed(offset + 1)),
        d.destination.commit(List.of(range(d.claim, offset, offset + 1, batch))));
  }

  @Test
  void aCountThatIsOffKeepsNothing() {
    Delivery d = new Delivery("offcount");
    d.land(d.put(0, "eu", 1, "a"));
    PendingRange range = d.of(d.put(1, "eu", 1, "b"), d.put(2, "eu", 2, "c"));
    // Swallows a row, which Redshift should never do.
    warehouse.execute(
        "CREATE RULE swallow AS ON INSERT TO offcount WHERE new.id = 2 DO INSTEAD NOTHING");
    FaultException e =
        assertThrows(FaultException.class, () -> d.destination.commit(List.of(range)));
    assertEquals(Fault.FATAL, e.fault());
    assertEquals(List.of("eu|1|a"), d.shown(""));
    assertEquals(OptionalLong.of(1), d.destination.claim(d.tp, OptionalLong.empty()).position());
  }

  /** A target made by somebody else, with narrower types and constraints. */
  @Test
  void anExistingTargetKeepsItsTypesAndConstraints() {
    warehouse.execute(
        "CREATE TABLE adopted (region VARCHAR(20) NOT NULL, id INTEGER NOT NULL,"
            + " name VARCHAR(400) NOT NULL DEFAULT 'x', note VARCHAR(10) DEFAULT 'n')");
    warehouse.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON adopted TO " + warehouse.redshift.user());
    Delivery d = new Delivery("adopted");
    d.land(d.put(0, "eu", 1, "a"), d.put(1, "eu", 2, "b"), d.put(2, "eu", 1, null));
    assertEquals(List.of("eu|2|b|n"), d.shown(", note"));
  }

  @Test
  void aNameThatTheConnectorNeedsIsRefused() {
    Delivery d = new Delivery("reserved", "upsert.delete", "soft", "upsert.delete.column", "name");
    TableBatch batch = d.batch();
    BadRowException e =
        assertThrows(BadRowException.class, () -> batch.add(d.put(0, "eu", 1, "a")));
    assertTrue(e.getMessage().contains("connector itself writes"), e.getMessage());
  }
}
