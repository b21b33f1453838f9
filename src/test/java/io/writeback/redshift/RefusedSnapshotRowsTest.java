package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.Destination;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.SnapshotStore.Decision;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.sink.Target;
import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows of a snapshot that COPY refuses when it is shown count as rejected rows: never is a snapshot
 * without them taken for complete silently.
 */
class RefusedSnapshotRowsTest extends WarehouseScenario {
  /** A table of SMALLINT ids, and a snapshot of six rows of which the last three do not fit. */
  private static final class Delivery {
    final SnapshotStore store;
    final RegisteredManifest manifest;

    Delivery(String name, String... config) {
      Target target = table(name);
      warehouse.execute("CREATE TABLE " + name + " (id SMALLINT, name VARCHAR(200))");
      warehouse.execute("ALTER TABLE " + name + " OWNER TO " + warehouse.redshift.user());
      warehouse.execute("INSERT INTO " + name + " VALUES (-1, 'before')");
      Destination d = warehouse.destination(name, config);
      Claim claim = d.claim(new TopicPartition(name, 0), OptionalLong.of(0));
      d.commit(List.of(Warehouse.staged(d, claim, target, "s1", 0, 6, 32_765)));
      store = d.snapshots();
      manifest = Warehouse.manifest(name, target, "s1", 6, 0);
    }

    /** Ordinals do not begin at 1 here, so the counts are given instead of read. */
    Promotion promote() {
      Staged staged = store.staged(manifest);
      return store.promote(manifest, staged);
    }

    void decide(Decision.Kind kind) {
      store.decide(manifest, new Decision(kind, "", 6, 0, 0));
    }
  }

  private static String shown(String table) {
    return warehouse.one("SELECT count(*), min(id), max(id) FROM " + table);
  }

  @ParameterizedTest
  @ValueSource(strings = {"replace", "swap"})
  void tooManyHoldTheSnapshotAndNameTheRows(String method) {
    String name = "held_" + method;
    Delivery d = new Delivery(name, "write.mode", "overwrite", "redshift.overwrite.method", method);
    FaultException e = assertThrows(FaultException.class, d::promote);
    assertEquals(Fault.BAD_RECORD, e.fault());
    for (String words :
        List.of(
            "3 rows do not fit table",
            "snapshot.max.rejected.rows=0",
            "line 4 of the object staged from " + name + "-0",
            "line 6 of",
            "column id")) {
      assertTrue(e.getMessage().contains(words), e.getMessage());
    }
    assertEquals("1|-1|-1", shown(name), "the table shows what it showed");
  }

  /** A COPY of a large snapshot at each look would be a cost for nothing. */
  @Test
  void aHeldSnapshotIsTriedAgainWhenItsTableHasChanged() {
    Delivery d = new Delivery("mended", "write.mode", "overwrite");
    assertThrows(FaultException.class, d::promote);
    var copies =
        warehouse.redshift.faults().always(RedshiftCall.copy(), new RedshiftFault.DropBefore());
    FaultException again = assertThrows(FaultException.class, d::promote);
    assertEquals(Fault.BAD_RECORD, again.fault());
    assertEquals(0, copies.fired());
    copies.disarm();
    warehouse.execute("ALTER TABLE mended ALTER COLUMN id TYPE BIGINT");
    assertEquals(Promotion.PROMOTED, d.promote());
    assertEquals("6|32765|32770", shown("mended"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"replace", "swap"})
  void asManyAsAreAllowedAreLeftOutAndCounted(String method) {
    String name = "allowed_" + method;
    Delivery d =
        new Delivery(
            name,
            "write.mode",
            "overwrite",
            "redshift.overwrite.method",
            method,
            "snapshot.max.rejected.rows",
            "3");
    assertEquals(Promotion.PROMOTED, d.promote());
    assertEquals("3|32765|32767", shown(name));
    d.decide(Decision.Kind.PROMOTED);
    assertEquals(
        "PROMOTED|6|3|3|0|3 rows are left out, because they do not fit the table",
        warehouse.one(
            "SELECT verdict, rows_sent, rows_staged, rows_rejected, rows_missing, reason"
                + " FROM writeback_snapshots WHERE delivery = '"
                + name.toLowerCase(Locale.ROOT)
                + "/0'"));
  }

  @Test
  void oneMoreThanAllowedHolds() {
    Delivery d =
        new Delivery("onemore", "write.mode", "overwrite", "snapshot.max.rejected.rows", "2");
    assertThrows(FaultException.class, d::promote);
    assertEquals("1|-1|-1", shown("onemore"));
  }

  @Test
  void acceptanceShowsItWithoutThem() {
    Delivery d = new Delivery("accepted", "write.mode", "overwrite", "snapshot.accept", "s1");
    assertEquals(Promotion.PROMOTED, d.promote());
    assertEquals("3|32765|32767", shown("accepted"));
  }

  /** Also where the rows are added to a table, whose own rows stay. */
  @Test
  void appendedSnapshotsCountThemToo() {
    Delivery d = new Delivery("added", "write.mode", "append", "snapshot.max.rejected.rows", "3");
    assertEquals(Promotion.PROMOTED, d.promote());
    assertEquals("4|-1|32767", shown("added"));
  }
}
