package io.writeback.domo;

import io.writeback.domo.Emission.Step;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The poll side of a task: DataSets that have something ready take turns, one batch each. {@link
 * #poll} and {@link #close} belong to the task's thread, the rest to anybody. Touches the disk,
 * never the network.
 */
final class EmissionQueue {
  private final Outcomes outcomes;
  private final SourceMetrics metrics;
  private final Queue<Emission> arrivals = new ConcurrentLinkedQueue<>();
  private final Deque<Emission> turns = new ArrayDeque<>();
  private final Semaphore news = new Semaphore(0);
  private volatile ConnectException failure;

  EmissionQueue(Outcomes outcomes, SourceMetrics metrics) {
    this.outcomes = outcomes;
    this.metrics = metrics;
  }

  /** Who learns how an emission ended. Called on the task's thread; must not block. */
  interface Outcomes {
    void finished(Emission emission);

    void abandoned(Emission emission, String reason);

    void withdrawn(Emission emission, String reason);
  }

  void add(Emission emission) {
    arrivals.add(emission);
    news.release();
  }

  /** There may be more to send than a moment ago. */
  void wake() {
    news.release();
  }

  /** Makes the next poll fail. */
  void fail(ConnectException cause) {
    failure = cause;
    news.release();
  }

  /**
   * The next batch, or null if none comes in time.
   *
   * @param waitMs the longest wait
   * @throws ConnectException if the task must fail
   */
  List<SourceRecord> poll(long waitMs) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
    while (true) {
      // News from here on wakes the wait below.
      news.drainPermits();
      if (failure != null) {
        throw failure;
      }
      List<SourceRecord> batch = turn();
      if (batch != null) {
        return batch;
      }
      long left = deadline - System.nanoTime();
      if (left <= 0 || !news.tryAcquire(left, TimeUnit.NANOSECONDS)) {
        return null;
      }
    }
  }

  /** The end of a record that {@link #poll} gave out. */
  void acknowledged(SourceRecord record, RecordMetadata metadata) {
    if (record instanceof RowRecord row && row.emission().acknowledged(row, metadata)) {
      news.release();
    }
  }

  void close() {
    turns.forEach(Emission::close);
    turns.clear();
    arrivals.clear();
  }

  private List<SourceRecord> turn() {
    for (Emission next = arrivals.poll(); next != null; next = arrivals.poll()) {
      turns.addLast(next);
    }
    for (int i = turns.size(); i > 0; i--) {
      Emission emission = turns.pollFirst();
      Step step = emission.step();
      if (step instanceof Step.Finished) {
        emission.close();
        outcomes.finished(emission);
      } else if (step instanceof Step.Abandoned abandoned) {
        emission.close();
        outcomes.abandoned(emission, abandoned.reason());
      } else if (step instanceof Step.Withdrawn withdrawn) {
        emission.close();
        outcomes.withdrawn(emission, withdrawn.reason());
      } else {
        turns.addLast(emission);
        if (step instanceof Step.Batch batch) {
          metrics.rowsEmitted(batch.records().size());
          return batch.records();
        }
      }
    }
    return null;
  }
}
