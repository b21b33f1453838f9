package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.range;
import static io.writeback.redshift.Warehouse.row;
import static io.writeback.redshift.Warehouse.table;
import static io.writeback.redshift.Warehouse.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Rejected;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

/** Rows that only the warehouse finds out about. */
class BadRowsTest extends WarehouseScenario {
  private static Target existing(String name, String columns) {
    warehouse.execute("CREATE TABLE " + name + " (" + columns + ")");
    warehouse.execute(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON " + name + " TO " + warehouse.redshift.user());
    return table(name);
  }

  /** Rows at offsets from 0 on, two apart, except those that are left out. */
  private static PendingRange rows(
      Destination d, Claim claim, Target target, Map<Long, Struct> rows, Set<Long> without) {
    TableBatch batch = d.newBatch(claim, 0, target, Optional.empty());
    rows.forEach(
        (offset, value) -> {
          if (!without.contains(offset)) {
            batch.add(row(claim.partition(), offset, value));
          }
        });
    return range(claim, 0, 200, batch);
  }

  private static Map<Long, Struct> ids(long... ids) {
    Map<Long, Struct> rows = new TreeMap<>();
    for (int i = 0; i < ids.length; i++) {
      // Lines and rows are different things.
      rows.put(2L * i + 3, value(ids[i], i % 3 == 0 ? "one\ntwo\n\"three\"\n" : "plain"));
    }
    return rows;
  }

  /** All of them in one attempt, and the partition without any lands in the same. */
  @Test
  void everyRefusedRowIsTracedToItsOffsetAndTheRestLands() {
    Target target = existing("narrow", "id SMALLINT NOT NULL, name VARCHAR(200)");
    Destination d = warehouse.destination("narrow");
    Claim bad = claim(d, "narrow", 0);
    Claim good = claim(d, "narrow", 1);
    Map<Long, Struct> rows = ids(1, 70_000, 3, 4, -40_000, 6, 7, 1L << 40);
    List<CommitOutcome> outcomes =
        d.commit(List.of(rows(d, bad, target, rows, Set.of()), atZero(d, good, target)));
    assertEquals(new Committed(4), outcomes.get(1));
    List<RejectedRow> rejected = assertInstanceOf(Rejected.class, outcomes.get(0)).rows();
    assertEquals(List.of(5L, 11L, 17L), rejected.stream().map(RejectedRow::offset).toList());
    String reason = rejected.get(0).reason();
    assertTrue(reason.startsWith("column id: "), reason);
    assertFalse(rejected.toString().contains("70000"), rejected.toString());
    assertEquals("4|4", warehouse.counts("narrow"));
    assertEquals(
        List.of(new Committed(200)),
        d.commit(List.of(rows(d, bad, target, rows, Set.of(5L, 11L, 17L)))));
    assertEquals("9|9", warehouse.counts("narrow"));
  }

  private static PendingRange atZero(Destination d, Claim claim, Target target) {
    TableBatch batch = d.newBatch(claim, 0, target, Optional.empty());
    for (int i = 0; i < 4; i++) {
      batch.add(row(claim.partition(), i, value(100 + i, "good")));
    }
    return range(claim, 0, 4, batch);
  }

  @Test
  void anUpsertTracesRowsThatTheStagingTableOrAConstraintRefuses() {
    Target target =
        existing("upnarrow", "region VARCHAR(20), id SMALLINT, name VARCHAR(50) NOT NULL");
    Destination d = warehouse.destination("upnarrow", "write.mode", "upsert");
    Claim claim = claim(d, "upnarrow", 0);
    TopicPartition tp = claim.partition();
    TableBatch batch = d.newBatch(claim, 0, target, Optional.empty());
    batch.add(UpsertTest.row(tp, 0, "eu", 1L, "a"));
    batch.add(UpsertTest.row(tp, 1, "eu", 99_999L, "too large"));
    batch.add(
        UpsertTest.row(
            tp,
            2,
            UpsertTest.KEY,
            UpsertTest.key("eu", 3L),
            new Struct(UpsertTest.VALUE).put("region", "eu").put("id", 3L)));
    batch.add(UpsertTest.row(tp, 3, "eu", 4L, null));
    List<CommitOutcome> outcomes = d.commit(List.of(range(claim, 0, 4, batch)));
    List<RejectedRow> rejected = assertInstanceOf(Rejected.class, outcomes.get(0)).rows();
    assertEquals(List.of(1L, 2L), rejected.stream().map(RejectedRow::offset).toList());
    assertTrue(rejected.get(1).reason().contains("NOT NULL"), rejected.get(1).reason());
  }

  /** The table is somebody else's, so its column cannot be widened: one row suffers, not all. */
  @Test
  void aColumnThatCannotBeWidenedRefusesTheRowsThatDoNotFit() {
    Target target = existing("fixedwidth", "id BIGINT, name VARCHAR(10)");
    Destination d = warehouse.destination("fixedwidth");
    Claim claim = claim(d, "fixedwidth", 0);
    TableBatch batch = d.newBatch(claim, 0, target, Optional.empty());
    batch.add(row(claim.partition(), 0, value(1, "short")));
    batch.add(row(claim.partition(), 1, value(2, "longer than ten")));
    Rejected rejected =
        assertInstanceOf(Rejected.class, d.commit(List.of(range(claim, 0, 2, batch))).get(0));
    assertEquals(List.of(1L), rejected.rows().stream().map(RejectedRow::offset).toList());
  }

  /** Older clusters. */
  @Test
  void withoutTheSystemViewTheOldTableIsAsked() {
    Target target = existing("oldcluster", "id SMALLINT, name VARCHAR(200)");
    Destination d = warehouse.destination("oldcluster");
    Claim claim = claim(d, "oldcluster", 0);
    warehouse
        .redshift
        .faults()
        .always(
            RedshiftCall.statement("sys_load_error_detail"),
            new RedshiftFault.Raise(
                "42P01", "relation \"sys_load_error_detail\" does not exist", ""));
    PendingRange range = rows(d, claim, target, ids(1, 2, 1L << 33), Set.of());
    Rejected rejected = assertInstanceOf(Rejected.class, d.commit(List.of(range)).get(0));
    assertEquals(List.of(7L), rejected.rows().stream().map(RejectedRow::offset).toList());
  }

  /** System views lag; a task does not die of it, and does not wait for ever either. */
  @Test
  void aRefusalWithoutANamedRowIsTriedAgainAFewTimes() {
    Target target = existing("unnamed", "id SMALLINT, name VARCHAR(200)");
    Destination d = warehouse.destination("unnamed");
    Claim claim = claim(d, "unnamed", 0);
    PendingRange range = rows(d, claim, target, ids(1, 2, 3), Set.of());
    warehouse
        .redshift
        .faults()
        .arm(
            RedshiftCall.copy(),
            0,
            100,
            new RedshiftFault.Raise(
                "XX000", "Load into table 'unnamed' failed.  Check 'stl_load_errors'", ""));
    for (int attempt = 0; attempt < 5; attempt++) {
      FaultException e = assertThrows(FaultException.class, () -> d.commit(List.of(range)));
      assertEquals(Fault.RETRY, e.fault(), e.getMessage());
    }
    FaultException e = assertThrows(FaultException.class, () -> d.commit(List.of(range)));
    assertEquals(Fault.BAD_RECORD, e.fault());
  }

  /** At that time its offset is long passed: the snapshot is held, and the words say which row. */
  @Test
  void aSnapshotThatDoesNotFitNamesTheRow() {
    Target target = existing("nofit", "id SMALLINT, name VARCHAR(200)");
    Destination d = warehouse.destination("nofit", "write.mode", "overwrite");
    Claim claim = claim(d, "nofit", 0);
    d.commit(List.of(Warehouse.staged(d, claim, target, "s1", 0, 5, 32_765)));
    SnapshotStore store = d.snapshots();
    var manifest = Warehouse.manifest("nofit", target, "s1", 5, 0);
    FaultException e =
        assertThrows(FaultException.class, () -> store.promote(manifest, store.staged(manifest)));
    assertEquals(Fault.BAD_RECORD, e.fault());
    assertTrue(e.getMessage().contains("line 4"), e.getMessage());
    assertTrue(e.getMessage().contains("nofit-0"), e.getMessage());
    assertTrue(e.getMessage().contains("column id"), e.getMessage());
    assertEquals("0", warehouse.one("SELECT count(*) FROM nofit"));
  }

  @Test
  void aFieldThatChangesItsTypeMayGoToAColumnOfItsOwn() {
    Destination d = warehouse.destination("retyped", "redshift.type.change", "column");
    Target target = table("retyped");
    Claim claim = claim(d, "retyped", 0);
    Schema text =
        SchemaBuilder.struct()
            .field("id", Schema.STRING_SCHEMA)
            .field("name", Schema.OPTIONAL_STRING_SCHEMA)
            .build();
    d.commit(List.of(range(d, claim, target, 0, 2)));
    TableBatch batch = d.newBatch(claim, 2, target, Optional.empty());
    batch.add(row(claim.partition(), 2, value(7, "number")));
    batch.add(row(claim.partition(), 3, new Struct(text).put("id", "seven").put("name", "text")));
    assertEquals(List.of(new Committed(4)), d.commit(List.of(range(claim, 2, 4, batch))));
    assertEquals(
        List.of("0|null", "1|null", "7|null", "null|seven"),
        warehouse.rows("SELECT id, id__varchar FROM retyped ORDER BY id NULLS LAST"));
  }

  @Test
  void aFieldThatChangesItsTypeStopsTheLoadByDefault() {
    Destination d = warehouse.destination("kept");
    Target target = existing("kept", "id DATE, name VARCHAR(200)");
    Claim claim = claim(d, "kept", 0);
    FaultException e =
        assertThrows(FaultException.class, () -> d.commit(List.of(range(d, claim, target, 0, 2))));
    assertEquals(Fault.CONFIGURATION, e.fault());
  }

  @Test
  void valuesThatAreTooLongOrHoldNulAreChangedAsTheyShallAndCounted() {
    Map<String, String> expected = new HashMap<>();
    expected.put("truncate", "65535|ab|1|2|0");
    expected.put("null", "null|null|1|0|2");
    for (String policy : List.of("truncate", "null")) {
      String name = "policy_" + policy;
      Destination d =
          warehouse.destination(
              name, "redshift.values.oversize", policy, "redshift.values.nul", policy);
      Claim claim = claim(d, name, 0);
      Schema two =
          SchemaBuilder.struct()
              .field("a", Schema.STRING_SCHEMA)
              .field("b", Schema.STRING_SCHEMA)
              .build();
      TableBatch batch = d.newBatch(claim, 0, table(name), Optional.empty());
      batch.add(
          row(
              claim.partition(),
              0,
              new Struct(two).put("a", "ü".repeat(40_000) + "\n").put("b", "a\0b\0")));
      assertEquals(List.of(new Committed(1)), d.commit(List.of(range(claim, 0, 1, batch))));
      String log = "\"_wb_log_" + Hash.of(name, "0", name) + "\"";
      String length = policy.equals("null") ? "a" : "octet_length(a) + 1";
      assertEquals(
          expected.get(policy),
          warehouse.one("SELECT " + length + ", b, 1 FROM " + name)
              + "|"
              + warehouse.one("SELECT cut_values, nulled_values FROM " + log));
    }
  }
}
