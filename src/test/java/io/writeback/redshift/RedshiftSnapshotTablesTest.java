package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.staged;
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
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.SnapshotStore.Decision;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.sink.Target;
import io.writeback.standin.Await;
import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots in tables of their own: write.mode=create, and overwrite by swap. */
class RedshiftSnapshotTablesTest extends WarehouseScenario {
  /** A delivery of one topic into the table of the same name, or tables named after it. */
  private static final class Delivery {
    final String topic;
    final Destination destination;
    final SnapshotStore store;
    final Target target;
    Claim claim;
    long next;
    long manifests;

    Delivery(String name, String... config) {
      topic = name;
      destination = warehouse.destination(name, config);
      store = destination.snapshots();
      target = table(name);
      claim = destination.claim(new TopicPartition(topic, 0), OptionalLong.of(0));
    }

    static Delivery creating(String name, String... more) {
      String[] config = new String[more.length + 2];
      config[0] = "write.mode";
      config[1] = "create";
      System.arraycopy(more, 0, config, 2, more.length);
      return new Delivery(name, config);
    }

    static Delivery swapping(String name) {
      return new Delivery(name, "write.mode", "overwrite", "redshift.overwrite.method", "swap");
    }

    RegisteredManifest stage(String snapshot, long rows) {
      PendingRange range = staged(destination, claim, target, snapshot, next, next + rows, 1);
      assertEquals(List.of(new Committed(range.end())), destination.commit(List.of(range)));
      next = range.end();
      claim = destination.claim(claim.partition(), OptionalLong.empty());
      return Warehouse.manifest(topic, target, snapshot, rows, manifests++);
    }

    Promotion promote(RegisteredManifest manifest) {
      return store.promote(manifest, store.staged(manifest));
    }

    List<String> tables() {
      return warehouse.rows(
          "SELECT tablename FROM pg_tables WHERE tablename LIKE '" + topic + "%' ORDER BY 1");
    }
  }

  @Test
  void eachSnapshotGetsTheNextNumber() {
    Delivery d = Delivery.creating("made");
    RegisteredManifest first = d.stage("s1", 3);
    RegisteredManifest second = d.stage("s2", 5);
    assertEquals(Promotion.PROMOTED, d.promote(first));
    assertEquals(Promotion.ALREADY, d.promote(first));
    assertEquals(Promotion.PROMOTED, d.promote(second));
    assertEquals(List.of("made_1", "made_2"), d.tables());
    assertEquals("3|s1|s1", warehouse.one("SELECT count(*), min(name), max(name) FROM made_1"));
    assertEquals("5|s2|s2", warehouse.one("SELECT count(*), min(name), max(name) FROM made_2"));
  }

  @Test
  void aTableThatIsThereAlreadyIsNeverTouchedAndItsNumberIsLeftOut() {
    warehouse.execute("CREATE TABLE taken_v0001 (x INT)");
    warehouse.execute("CREATE TABLE taken_2_done (x INT)");
    Delivery d = Delivery.creating("taken", "table.create.format", "{table}_v000{counter}");
    assertEquals(Promotion.PROMOTED, d.promote(d.stage("s1", 2)));
    assertEquals(List.of("taken_2_done", "taken_v0001", "taken_v0002"), d.tables());
    assertEquals("0", warehouse.one("SELECT count(*) FROM taken_v0001"));
    assertEquals("2|2", warehouse.counts("taken_v0002"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLostAnswerToCommitMakesNoSecondTable(boolean committed) {
    Delivery d = Delivery.creating(committed ? "lostyes" : "lostno");
    RegisteredManifest manifest = d.stage("s1", 4);
    Staged staged = d.store.staged(manifest);
    warehouse
        .redshift
        .faults()
        .once(
            RedshiftCall.commit(),
            committed ? new RedshiftFault.DropAfter() : new RedshiftFault.DropBefore());
    if (committed) {
      assertEquals(Promotion.PROMOTED, d.store.promote(manifest, staged));
    } else {
      assertThrows(FaultException.class, () -> d.store.promote(manifest, staged));
      assertEquals(List.of(), d.tables());
      assertEquals(Promotion.PROMOTED, d.store.promote(manifest, staged));
    }
    assertEquals(List.of(d.topic + "_1"), d.tables());
    assertEquals("4|4", warehouse.counts(d.topic + "_1"));
  }

  /** Two tasks believe that it is theirs to show; the number is allocated under the lock. */
  @Test
  void ofTwoRacingPromotionsOneMakesTheTable() {
    Delivery d = Delivery.creating("racing");
    RegisteredManifest manifest = d.stage("s1", 20);
    SnapshotStore other = warehouse.destination("racing", "write.mode", "create").snapshots();
    Staged expected = d.store.staged(manifest);
    CountDownLatch inCopy = new CountDownLatch(1);
    var hang =
        warehouse.redshift.faults().once(RedshiftCall.copy(), new RedshiftFault.Hang(inCopy));
    CompletableFuture<Promotion> one =
        CompletableFuture.supplyAsync(() -> d.store.promote(manifest, expected));
    Await.until("the first to be in COPY", () -> hang.fired() == 1);
    CompletableFuture<Promotion> two =
        CompletableFuture.supplyAsync(() -> other.promote(manifest, expected));
    inCopy.countDown();
    assertEquals(
        List.of(Promotion.ALREADY, Promotion.PROMOTED),
        List.of(one.join(), two.join()).stream().sorted((a, b) -> b.compareTo(a)).toList());
    assertEquals(List.of("racing_1"), d.tables());
    assertEquals("20|20", warehouse.counts("racing_1"));
  }

  @Test
  void theReconciliationNamesTheTableThatWasMade() {
    Delivery d = Delivery.creating("named");
    for (String snapshot : List.of("s1", "s2")) {
      RegisteredManifest manifest = d.stage(snapshot, 2);
      d.promote(manifest);
      d.store.decide(manifest, new Decision(Decision.Kind.PROMOTED, "", 2, 0, 0));
    }
    assertEquals(
        List.of("s1|public.named_1", "s2|public.named_2"),
        warehouse.rows(
            "SELECT snapshot, target FROM writeback_snapshots WHERE delivery = 'named/0'"
                + " ORDER BY snapshot"));
  }

  @Test
  void aSnapshotWithoutRowsMakesAnEmptyTable() {
    Delivery d = Delivery.creating("hollow");
    assertEquals(Promotion.PROMOTED, d.promote(Warehouse.manifest("hollow", d.target, "s0", 0, 0)));
    assertEquals("0", warehouse.one("SELECT count(*) FROM hollow_1"));
  }

  @Test
  void aSwapShowsTheNewRowsKeepsGrantsAndDefaultsAndLeavesNothing() {
    Delivery d = Delivery.swapping("swapped");
    assertEquals(Promotion.PROMOTED, d.promote(d.stage("s1", 3)));
    warehouse.execute("CREATE ROLE analysts");
    warehouse.execute("CREATE ROLE maria LOGIN");
    warehouse.execute("GRANT SELECT ON swapped TO GROUP analysts");
    warehouse.execute("GRANT SELECT, DELETE ON swapped TO maria WITH GRANT OPTION");
    warehouse.execute("GRANT SELECT ON swapped TO PUBLIC");
    warehouse.execute("ALTER TABLE swapped ADD COLUMN note VARCHAR(10) DEFAULT 'n'");
    String before = grants();
    assertTrue(before.contains("maria"), before);
    assertEquals(Promotion.PROMOTED, d.promote(d.stage("s2", 4)));
    assertEquals(
        "4|s2|s2|n|n",
        warehouse.one("SELECT count(*), min(name), max(name), min(note), max(note) FROM swapped"));
    assertEquals(before, grants());
    assertEquals(List.of("swapped"), d.tables());
  }

  private static String grants() {
    return String.join(
        "\n",
        warehouse.rows(
            "SELECT privilege_type, identity_type, identity_name, admin_option"
                + " FROM svv_relation_privileges WHERE relation_name = 'swapped' ORDER BY 1, 2, 3"));
  }

  /** 2BP01: an ordinary view would show the old rows for ever. */
  @Test
  void aSwapIsRefusedWhileAViewDependsOnTheTable() {
    Delivery d = Delivery.swapping("viewed");
    d.promote(d.stage("s1", 3));
    warehouse.execute("CREATE VIEW on_viewed AS SELECT id FROM viewed");
    RegisteredManifest second = d.stage("s2", 5);
    FaultException e = assertThrows(FaultException.class, () -> d.promote(second));
    assertEquals(Fault.CONFIGURATION, e.fault());
    assertTrue(e.getMessage().contains("redshift.overwrite.method=replace"), e.getMessage());
    assertEquals("3|3", warehouse.counts("viewed"));
    assertEquals(List.of("viewed"), d.tables());
    warehouse.execute("DROP VIEW on_viewed");
    assertEquals(Promotion.PROMOTED, d.promote(second));
    assertEquals("5|5", warehouse.counts("viewed"));
  }

  /** A process died after it had loaded; the next one starts again and clears up behind it. */
  @Test
  void whatAnAttemptLeavesBehindIsDropped() {
    Delivery d = Delivery.swapping("litter");
    warehouse.execute("CREATE TABLE litter__wb_0123abcd (id BIGINT)");
    warehouse.execute("ALTER TABLE litter__wb_0123abcd OWNER TO " + warehouse.redshift.user());
    warehouse.execute("CREATE TABLE litter__wb_mine (id BIGINT)");
    d.promote(d.stage("s1", 3));
    assertEquals(List.of("litter", "litter__wb_mine"), d.tables());
  }

  /** A reader in an open transaction does not hold up the load, only the moment of the swap. */
  @Test
  void readersAreHeldUpOnlyWhileNamesChange() throws Exception {
    Delivery d = Delivery.swapping("busy");
    d.promote(d.stage("s1", 2));
    RegisteredManifest second = d.stage("s2", 3);
    Staged staged = d.store.staged(second);
    try (var reader = warehouse.admin();
        var statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.executeQuery("SELECT * FROM busy").close();
      var copy =
          warehouse
              .redshift
              .faults()
              .once(RedshiftCall.copy(), new RedshiftFault.Slow(Duration.ZERO));
      CompletableFuture<Promotion> promotion =
          CompletableFuture.supplyAsync(() -> d.store.promote(second, staged));
      Await.until("the new table to be loaded", () -> copy.fired() == 1);
      reader.rollback();
      assertEquals(Promotion.PROMOTED, promotion.join());
    }
    assertEquals("3|3", warehouse.counts("busy"));
  }
}
