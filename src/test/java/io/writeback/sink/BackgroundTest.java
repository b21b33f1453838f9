package io.writeback.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackgroundTest {
  private final Background background = Background.named("background-test");

  /** Each of them may hold a connection to the warehouse, so all tables at once are too many. */
  @Test
  void sixteenThingsAreDoneAtOnceAndTheRestWait() {
    CountDownLatch released = new CountDownLatch(1);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(
          background.start(
              () -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                await(released);
                return now.decrementAndGet();
              },
              (result, failure) -> {}));
    }
    Await.until("as many as may", () -> now.get() == 16);
    released.countDown();
    assertTrue(
        Background.await(
            CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])), 60_000));
    assertEquals(16, most.get());
    background.stop();
  }

  @Test
  void resultsAreTakenByWhoeverAsksAndNotBefore() {
    List<Object> seen = new ArrayList<>();
    CompletableFuture<Void> good =
        background.start(() -> "good", (result, failure) -> seen.add(result));
    CompletableFuture<Void> bad =
        background.start(
            () -> {
              throw new IllegalStateException("bad");
            },
            (result, failure) -> seen.add(failure.getMessage()));
    assertTrue(Background.await(CompletableFuture.allOf(good, bad), 60_000));
    assertEquals(List.of(), seen);
    assertTrue(background.busy());
    background.takeResults();
    assertEquals(List.of("bad", "good"), seen.stream().map(String::valueOf).sorted().toList());
    assertFalse(background.busy());
    background.stop();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
