package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static io.writeback.bigquery.BigQueryRig.manifest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.SnapshotStore.Decision;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.SnapshotStore.Staged;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Snapshots through the real client: staging, registry, decisions. */
class BigQuerySnapshotsTest extends SnapshotScenario {
  @Test
  void aSnapshotShowsWhenItIsPromotedAndNotBefore() {
    BigQueryRig rig = rig(OVERWRITE);
    Claim claim = rig.claim();
    assertEquals(new Committed(3), rig.commit(rig.staged(claim, "s1", 0, 1, 2, 3)));
    RegisteredManifest manifest = manifest("s1", 10, 3);
    rig.register(manifest);
    assertEquals(List.of(), List.copyOf(rig.tables.columns(ORDERS).orElse(List.of())));
    assertEquals(
        List.of(manifest),
        store(rig).undecided().stream().map(SnapshotStore.Undecided::manifest).toList());
    Staged staged = store(rig).staged(manifest);
    assertEquals(3, staged.distinctOrdinals());
    assertEquals(0, staged.rejected());
    assertEquals(Map.of(BigQueryRig.TP, 3L), staged.nextOffsets());
    assertEquals(3, staged.partitions().get(BigQueryRig.TP).highestOrdinal());
    assertEquals(Optional.empty(), store(rig).control(ORDERS));

    assertEquals(Promotion.PROMOTED, store(rig).promote(manifest, staged));
    assertEquals(List.of("1", "2", "3"), rig.ids());
    SnapshotStore.Control control = store(rig).control(ORDERS).orElseThrow();
    assertEquals(10, control.manifestOffset());
    assertEquals("c", control.owner());
    assertEquals("h-s1", control.contentHash());
    assertEquals(Promotion.ALREADY, store(rig).promote(manifest, staged));
    assertEquals(List.of("1", "2", "3"), rig.ids());
  }

  @Test
  void appendTakesPlainRowsAndSnapshotsFromOnePartition() {
    BigQueryRig rig = rig(APPEND);
    Claim claim = rig.claim();
    assertEquals(new Committed(1), rig.commit(rig.range(claim, 0, "plain")));
    assertEquals(new Committed(3), rig.commit(rig.staged(claim, "s1", 1, 7, 8)));
    assertEquals(new Committed(4), rig.commit(rig.range(claim, 3, "plain")));
    assertEquals(Promotion.PROMOTED, promote(rig, manifest("s1", 10, 2)));
    assertEquals(List.of("0", "3", "7", "8"), rig.ids());
    rig.close();
    assertEquals(OptionalLong.of(4), rig(APPEND).claim().position());
  }

  @Test
  void aPositionAndWhatIsStagedAreClaimedTogether() {
    BigQueryRig rig = rig(OVERWRITE);
    Claim claim = rig.claim();
    rig.commit(rig.staged(claim, "s1", 5, 1, 2, 3));
    Claim next = rig(OVERWRITE).claim();
    assertEquals(OptionalLong.of(8), next.position());
    assertEquals(3, next.snapshots().get("s1").highestOrdinal());
    assertEquals(5, next.snapshots().get("s1").firstOffset());
    assertEquals(3, next.snapshots().get("s1").rows());
  }

  @Test
  void decisionsAreWrittenOnceAndCloseTheManifest() {
    BigQueryRig rig = rig(OVERWRITE);
    rig.commit(rig.staged(rig.claim(), "s1", 0, 1));
    RegisteredManifest manifest = manifest("s1", 10, 1);
    rig.register(manifest);
    rig.destination.commit(List.of());
    Decision held = new Decision(Decision.Kind.HELD, "too few", 1, 0, 0);
    store(rig).decide(manifest, held);
    store(rig).decide(manifest, held);
    SnapshotStore.Undecided waiting = store(rig).undecided().get(0);
    assertEquals(Optional.of("too few"), waiting.held());
    assertTrue(
        Math.abs(System.currentTimeMillis() - waiting.registeredMs()) < 600_000,
        "registered at " + waiting.registeredMs());
    store(rig).decide(manifest, new Decision(Decision.Kind.PROMOTED, "complete", 1, 0, 0));
    assertEquals(List.of(), store(rig).undecided());
    assertEquals(
        List.of("HELD", "PROMOTED"),
        rig
            .queries
            .rows(
                SqlStatement.of(
                    "SELECT verdict FROM sales.__wb_snapshots WHERE snapshot = 's1'"
                        + " AND rows_sent = 1 AND target = 'sales.orders' ORDER BY decided_at"))
            .stream()
            .map(row -> row.text("verdict"))
            .toList());
  }

  @Test
  void aManifestReadTwiceIsRegisteredOnce() {
    BigQueryRig rig = rig(OVERWRITE);
    rig.register(manifest("s1", 10, 1));
    rig(OVERWRITE).register(manifest("s1", 12, 1));
    assertEquals(1, store(rig).undecided().size());
    assertEquals(10, store(rig).undecided().get(0).manifest().offset());
  }

  /** S10: only what is complete supersedes; it may be the older one that ever will be. */
  @Test
  void s10ANewerManifestThatIsNotCompleteIsNoBarrier() {
    BigQueryRig rig = rig(OVERWRITE);
    RegisteredManifest older = manifest("s1", 10, 2);
    rig.register(older);
    rig.register(manifest("s2", 11, 5));
    BigQueryRig late = rig(OVERWRITE);
    assertEquals(new Committed(2), late.commit(late.staged(late.claim(), "s1", 0, 1, 2)));
    assertEquals(2, store(rig).staged(older).distinctOrdinals());
    assertEquals(Promotion.PROMOTED, promote(rig, older));
    assertEquals(List.of("s1", "s1"), rig.notes());
  }

  /** S10 of the delivery design: rows of what is decided are passed over. */
  @Test
  void stagingOfDecidedSnapshotsIsDroppedAndNeverComesBack() {
    BigQueryRig rig = rig(OVERWRITE);
    Claim claim = rig.claim();
    rig.commit(rig.staged(claim, "s1", 0, 1));
    rig.commit(rig.staged(claim, "s2", 1, 1));
    RegisteredManifest manifest = manifest("s1", 10, 1);
    rig.register(manifest);
    promote(rig, manifest);
    store(rig).decide(manifest, new Decision(Decision.Kind.PROMOTED, "complete", 1, 0, 0));
    store(rig).clean();
    assertEquals(Optional.empty(), rig.tables.columns(StagingTables.of(ORDERS, "s1")));
    assertTrue(rig.tables.columns(StagingTables.of(ORDERS, "s2")).isPresent());

    BigQueryRig late = rig(OVERWRITE);
    Claim again = late.claim();
    assertEquals(new Committed(3), late.commit(late.staged(again, "s1", 2, 2)));
    assertEquals(Optional.empty(), rig.tables.columns(StagingTables.of(ORDERS, "s1")));
    assertEquals(List.of("1"), rig.ids());
  }

  @Test
  void stagingExpiresByItself() {
    BigQueryRig rig = rig(OVERWRITE);
    rig.commit(rig.staged(rig.claim(), "s1", 0, 1));
    assertEquals(
        1,
        rig.queries
            .rows(
                SqlStatement.of(
                    "SELECT 1 AS one FROM sales.INFORMATION_SCHEMA.TABLE_OPTIONS"
                        + " WHERE table_name = 'orders__wb_s1'"
                        + " AND option_name = 'expiration_timestamp'"))
            .size());
  }
}
