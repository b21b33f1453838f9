package io.writeback.crash;

import io.writeback.standin.FaultPlan;
import io.writeback.standin.bigquery.storage.StorageCall;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rows that are on their way to a stream while every worker dies, and arrive when the workers that
 * do the work again have sent rows of their own: the worst that a slow network can do.
 */
final class LateAppend {
  private static final Duration LOOK = Duration.ofMillis(300);
  private static final int SENT_BY_OTHERS = 4;

  private final Scene scene;
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger sentSince = new AtomicInteger();
  private final FaultPlan.Handle held;
  private FaultPlan.Handle watch;

  private LateAppend(Scene scene) {
    this.scene = scene;
    this.held = plan(scene).arm(LateAppend::isOfStream, 0, 1, new StorageFault.HoldBefore(release));
  }

  /** One at a time. */
  static void arm(Scene scene) {
    if (scene.beginLateAppend()) {
      LateAppend late = new LateAppend(scene);
      scene.later(LOOK, late::look);
    }
  }

  private static FaultPlan<StorageCall, StorageFault> plan(Scene scene) {
    return scene.cloud().bigQuery.storageFaults();
  }

  private static boolean isOfStream(StorageCall call) {
    return call.is("AppendRows") && call.resource().contains(Connectors.STREAMED);
  }

  private void look() throws Exception {
    if (held.fired() > 0 && watch == null && !scene.isHealing()) {
      scene.killAllWorkers();
      // Hits nothing: it only counts what passes.
      watch =
          plan(scene).always(call -> isOfStream(call) && counted(), new StorageFault.LoseAnswer());
    }
    if (sentSince.get() >= SENT_BY_OTHERS || scene.isHealing()) {
      held.disarm();
      release.countDown();
      if (watch != null) {
        watch.disarm();
      }
      scene.endLateAppend();
    } else {
      scene.later(LOOK, this::look);
    }
  }

  private boolean counted() {
    sentSince.incrementAndGet();
    return false;
  }
}
