package io.writeback.crash;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Restarts connectors and tasks that have failed, and notes why they had. */
final class Operator implements AutoCloseable {
  private static final long INTERVAL_MS = 2000;

  private final Cluster cluster;
  private final List<String> connectors;
  private final Map<String, Integer> failures = new TreeMap<>();
  private final Thread thread = new Thread(this::run, "operator");
  private volatile boolean closed;

  Operator(Cluster cluster, List<String> connectors) {
    this.cluster = cluster;
    this.connectors = connectors;
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!closed) {
      try {
        Thread.sleep(INTERVAL_MS);
        List<String> found = cluster.restartFailed(connectors);
        synchronized (failures) {
          found.forEach(words -> failures.merge(words, 1, Integer::sum));
        }
      } catch (InterruptedException e) {
        return;
      } catch (Exception e) {
        // No worker answers just now.
      }
    }
  }

  /** Reasons, each with how often a task failed for it. */
  Map<String, Integer> failures() {
    synchronized (failures) {
      return new TreeMap<>(failures);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
