package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.range;
import static io.writeback.redshift.Warehouse.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * The control tables are the truth about positions. Whoever empties, drops or restores them without
 * the targets gets an error in words, and never a row twice.
 */
class LostPositionsTest extends WarehouseScenario {
  private static Claim claimed(Destination d, String topic) {
    return d.claim(new TopicPartition(topic, 0), OptionalLong.empty());
  }

  private static String progress(String name) {
    return "\"_wb_progress_" + Hash.of(name, "0", name) + "\"";
  }

  private static String log(String name) {
    return "\"_wb_log_" + Hash.of(name, "0", name) + "\"";
  }

  private static void lands(Destination d, Claim claim, long start, long end) {
    PendingRange range = range(d, claim, table(claim.partition().topic()), start, end);
    assertEquals(List.of(new Committed(end)), d.commit(List.of(range)));
  }

  private static void refusesRows(Destination d, Claim claim, long start, String... words) {
    String table = claim.partition().topic();
    String before = warehouse.counts(table);
    PendingRange range = range(d, claim, table(table), start, start + 5);
    FaultException e = assertThrows(FaultException.class, () -> d.commit(List.of(range)));
    assertFatal(e, words);
    assertEquals(before, warehouse.counts(table));
  }

  private static void refusesClaim(String name, String... words) {
    assertFatal(
        assertThrows(FaultException.class, () -> claimed(warehouse.destination(name), name)),
        words);
  }

  private static void assertFatal(FaultException e, String... words) {
    assertEquals(Fault.FATAL, e.fault(), e.getMessage());
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
  }

  @Test
  void emptiedUnderARunningTask() {
    Destination d = warehouse.destination("emptied");
    Claim claim = claimed(d, "emptied");
    lands(d, claim, 0, 5);
    warehouse.execute("TRUNCATE " + progress("emptied"));
    refusesRows(d, claim, 5, "has lost the row of partition emptied-0");
    refusesClaim("emptied", "unknown", "it was at offset 5 with epoch 1", "offsets endpoint");
    assertEquals("5|5", warehouse.counts("emptied"));
  }

  @Test
  void droppedUnderARunningTask() {
    Destination d = warehouse.destination("dropped");
    Claim claim = claimed(d, "dropped");
    lands(d, claim, 0, 5);
    warehouse.execute("DROP TABLE " + progress("dropped"));
    refusesRows(d, claim, 5, "was dropped while the connector was running");
    refusesClaim("dropped", "it was at offset 5");
  }

  @Test
  void restoredFromABackupBetweenTwoClaims() {
    Destination d = warehouse.destination("restored");
    lands(d, claimed(d, "restored"), 0, 5);
    warehouse.execute("CREATE TABLE backup_claims AS SELECT * FROM " + progress("restored"));
    lands(d, claimed(d, "restored"), 5, 9);
    warehouse.execute("DELETE FROM " + progress("restored"));
    warehouse.execute("INSERT INTO " + progress("restored") + " SELECT * FROM backup_claims");
    refusesClaim("restored", "at offset 5 with epoch 1", "at offset 9 with epoch 2");
    assertEquals("9|9", warehouse.counts("restored"));
  }

  @Test
  void restoredFromABackupUnderARunningTask() {
    Destination d = warehouse.destination("reverted");
    Claim claim = claimed(d, "reverted");
    lands(d, claim, 0, 5);
    warehouse.execute("CREATE TABLE backup_offset AS SELECT * FROM " + progress("reverted"));
    lands(d, claim, 5, 9);
    warehouse.execute("DELETE FROM " + progress("reverted"));
    warehouse.execute("INSERT INTO " + progress("reverted") + " SELECT * FROM backup_offset");
    refusesRows(d, claim, 9, "older position", "5 instead of 9");
    warehouse.execute("UPDATE " + progress("reverted") + " SET epoch = 0, next_offset = 9");
    refusesRows(d, claim, 9, "older epoch", "0 instead of 1");
  }

  /** Restored together, tables and positions agree: nothing is wrong, and rows land once. */
  @Test
  void theWholeSchemaRestoredGoesOn() {
    Destination d = warehouse.destination("whole");
    lands(d, claimed(d, "whole"), 0, 5);
    Map<String, String> copies =
        new HashMap<>(Map.of(progress("whole"), "b1", log("whole"), "b2", "whole", "b3"));
    copies.forEach((t, copy) -> warehouse.execute("CREATE TABLE " + copy + " AS TABLE " + t));
    lands(d, claimed(d, "whole"), 5, 9);
    copies.forEach(
        (t, copy) -> {
          warehouse.execute("DELETE FROM " + t);
          warehouse.execute("INSERT INTO " + t + " SELECT * FROM " + copy);
        });
    Destination next = warehouse.destination("whole");
    Claim claim = claimed(next, "whole");
    assertEquals(OptionalLong.of(5), claim.position());
    lands(next, claim, 5, 12);
    assertEquals("12|12", warehouse.counts("whole"));
  }

  /** The remedy that the words name; and going back on purpose is not taken for a loss. */
  @Test
  void aPositionSetByHandIsTheTruth() {
    Destination d = warehouse.destination("byhand");
    lands(d, claimed(d, "byhand"), 0, 9);
    warehouse.execute("TRUNCATE " + progress("byhand"));
    refusesClaim("byhand", "unknown");
    set("byhand", 9L);
    Claim claim = claimed(d, "byhand");
    assertEquals(OptionalLong.of(9), claim.position());
    lands(d, claim, 9, 12);
    set("byhand", 4L);
    Claim back = claimed(d, "byhand");
    assertEquals(OptionalLong.of(4), back.position());
    lands(d, back, 4, 6);
    set("byhand", null);
    assertEquals(OptionalLong.empty(), claimed(d, "byhand").position());
    assertEquals("14|12", warehouse.counts("byhand"));
  }

  private static void set(String name, Long position) {
    try (RedshiftParts parts = RedshiftParts.of(new RedshiftSinkConfig(warehouse.config(name)))) {
      Map<TopicPartition, Long> positions = new HashMap<>();
      positions.put(new TopicPartition(name, 0), position);
      new Positions(parts).set(positions);
    }
  }
}
