package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.range;
import static io.writeback.redshift.Warehouse.staged;
import static io.writeback.redshift.Warehouse.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.standin.Await;
import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import io.writeback.standin.redshift.RedshiftSettings.Isolation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several tasks at once. */
class ConcurrencyTest {
  /** R6: nothing that all tasks share is locked while a COPY runs. */
  @Test
  void aLongCopyOfOneTopicHoldsUpNoOther() throws Exception {
    try (Warehouse warehouse = new Warehouse()) {
      // The limit is for the failure: it ends a wait that must not be.
      Destination d = warehouse.destination("both", "redshift.lock.timeout.ms", "20000");
      Claim slow = d.claim(new TopicPartition("slow", 0), OptionalLong.empty());
      Claim quick = d.claim(new TopicPartition("quick", 0), OptionalLong.empty());
      CountDownLatch released = new CountDownLatch(1);
      var hang =
          warehouse
              .redshift
              .faults()
              .once(RedshiftCall.statement("^copy .*slow_rows"), new RedshiftFault.Hang(released));
      PendingRange slowRange = range(d, slow, table("slow_rows"), 0, 3);
      CompletableFuture<List<CommitOutcome>> running =
          CompletableFuture.supplyAsync(() -> d.commit(List.of(slowRange)));
      Await.until("the slow COPY", () -> hang.fired() == 1);
      assertEquals(
          List.of(new Committed(4)), d.commit(List.of(range(d, quick, table("quick_rows"), 0, 4))));
      assertFalse(running.isDone());
      released.countDown();
      assertEquals(List.of(new Committed(3)), running.get());
    }
  }

  /** S11: staging reads and writes nothing that a promotion has locked. */
  @Test
  void aLongPromotionHoldsUpNoStaging() throws Exception {
    try (Warehouse warehouse = new Warehouse()) {
      Destination d =
          warehouse.destination(
              "staging", "write.mode", "overwrite", "redshift.lock.timeout.ms", "20000");
      Claim claim = d.claim(new TopicPartition("staging", 0), OptionalLong.empty());
      d.commit(List.of(staged(d, claim, table("staging"), "s1", 0, 5, 1)));
      RegisteredManifest manifest = Warehouse.manifest("staging", table("staging"), "s1", 5, 0);
      CountDownLatch released = new CountDownLatch(1);
      var hang =
          warehouse.redshift.faults().once(RedshiftCall.copy(), new RedshiftFault.Hang(released));
      CompletableFuture<Promotion> running =
          CompletableFuture.supplyAsync(
              () -> d.snapshots().promote(manifest, d.snapshots().staged(manifest)));
      Await.until("the COPY of the promotion", () -> hang.fired() == 1);
      assertEquals(
          List.of(new Committed(9)),
          d.commit(List.of(staged(d, claim, table("staging"), "s2", 5, 9, 1))));
      assertFalse(running.isDone());
      released.countDown();
      assertEquals(Promotion.PROMOTED, running.get());
      assertEquals("5|5", warehouse.counts("staging"));
    }
  }

  /** Four tasks, one partition each, one table; every conflict is retried, none loses a row. */
  @ParameterizedTest
  @EnumSource(Isolation.class)
  void tasksThatShareATopicAndATableLandEachRowOnce(Isolation isolation) throws Exception {
    try (Warehouse warehouse = new Warehouse(isolation)) {
      ExecutorService tasks = Executors.newFixedThreadPool(4);
      List<Future<?>> running = new ArrayList<>();
      for (int partition = 0; partition < 4; partition++) {
        Destination d = warehouse.destination("shared");
        TopicPartition tp = new TopicPartition("shared", partition);
        running.add(tasks.submit(() -> run(d, tp)));
      }
      for (Future<?> task : running) {
        task.get();
      }
      tasks.shutdown();
      assertEquals("80|20", warehouse.counts("shared"));
    }
  }

  private static void run(Destination d, TopicPartition tp) {
    Claim claim = retrying(() -> d.claim(tp, OptionalLong.empty()));
    for (int i = 0; i < 4; i++) {
      PendingRange range = range(d, claim, table("shared"), i * 5L, i * 5L + 5);
      assertEquals(List.of(new Committed(range.end())), retrying(() -> d.commit(List.of(range))));
    }
  }

  private static <T> T retrying(Supplier<T> work) {
    while (true) {
      try {
        return work.get();
      } catch (FaultException e) {
        if (e.fault() != Fault.RETRY) {
          throw e;
        }
      }
    }
  }
}
