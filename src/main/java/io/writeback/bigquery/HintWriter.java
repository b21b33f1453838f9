package io.writeback.bigquery;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes hint rows off the commit path. They only shorten the walk of the next claim, so hints of
 * one partition replace each other while they wait, and a failure is only logged. Safe for use by
 * many threads.
 */
final class HintWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HintWriter.class);
  private static final long CLOSE_MS = 5_000;

  private final Ledger ledger;
  private final ExecutorService thread;
  private final Map<TopicPartition, Ledger.Hint> waiting = new HashMap<>();
  private boolean scheduled;

  HintWriter(Ledger ledger) {
    this.ledger = ledger;
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread daemon = new Thread(work, "writeback-bigquery-hints");
              daemon.setDaemon(true);
              return daemon;
            });
  }

  synchronized void write(TopicPartition tp, Ledger.Hint hint) {
    waiting.put(tp, hint);
    if (!scheduled) {
      try {
        thread.execute(this::writeWaiting);
        scheduled = true;
      } catch (RejectedExecutionException e) {
        LOG.debug("Left a hint out, since the sink is being closed", e);
      }
    }
  }

  private void writeWaiting() {
    Map<TopicPartition, Ledger.Hint> batch;
    synchronized (this) {
      batch = Map.copyOf(waiting);
      waiting.clear();
      scheduled = false;
    }
    try {
      ledger.hints(batch);
    } catch (RuntimeException e) {
      LOG.warn("Left {} hints out, so the next claim walks further", batch.size(), e);
    }
  }

  /** Lets waiting hints go out, for a few seconds. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
