package io.writeback.sink;

import io.writeback.metrics.TaskMetrics;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.util.Locale;

/** The figures of an engine. Levels are written by the task thread and read by anybody. */
final class EngineMetrics {
  private final TaskMetrics metrics;
  private final TaskMetrics.Counter rowsWritten;
  private final TaskMetrics.Counter bytesWritten;
  private final TaskMetrics.Counter batchesCommitted;
  private final TaskMetrics.Counter rowsReported;
  private final TaskMetrics.Counter duplicatesDropped;
  private final TaskMetrics.Counter promoted;
  private volatile long commitLatencyMs;
  private volatile Levels levels = new Levels(0, 0, 0);
  private volatile long snapshotsHeld;
  private volatile long snapshotsWaiting;

  /** What is between Kafka and the warehouse now; lag in offsets. */
  record Levels(long bufferedRows, long bufferedBytes, long lag) {}

  EngineMetrics(TaskMetrics metrics) {
    this.metrics = metrics;
    rowsWritten = metrics.counter("rows-written-total", "Rows made durable");
    bytesWritten = metrics.counter("bytes-written-total", "Encoded bytes made durable");
    batchesCommitted = metrics.counter("batches-committed-total", "Commits that landed");
    rowsReported = metrics.counter("rows-reported-total", "Rows given to the error reporter");
    duplicatesDropped =
        metrics.counter("duplicates-dropped-total", "Rows of snapshots that had come before");
    promoted = metrics.counter("snapshots-promoted-total", "Snapshots shown");
    metrics.gauge("commit-latency-ms", "Duration of the last commit", () -> commitLatencyMs);
    metrics.gauge("buffered-rows", "Rows not yet durable", () -> levels.bufferedRows());
    metrics.gauge("buffered-bytes", "Heap of rows not yet durable", () -> levels.bufferedBytes());
    metrics.gauge("lag-records", "Offsets delivered but not durable", () -> levels.lag());
    metrics.gauge("snapshots-held", "Snapshots held back", () -> snapshotsHeld);
    metrics.gauge("snapshots-waiting", "Snapshots not yet complete", () -> snapshotsWaiting);
  }

  void committed(long rows, long bytes, long durationMs) {
    rowsWritten.add(rows);
    bytesWritten.add(bytes);
    batchesCommitted.add(1);
    commitLatencyMs = durationMs;
  }

  void reported() {
    rowsReported.add(1);
  }

  void duplicate() {
    duplicatesDropped.add(1);
  }

  void promoted() {
    promoted.add(1);
  }

  /** Counts a failed attempt under the name of its class. */
  void failed(Throwable failure) {
    Fault fault = failure instanceof FaultException f ? f.fault() : Fault.FATAL;
    String name = fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    metrics.counter("faults-" + name + "-total", "Failed attempts that mean " + fault).add(1);
  }

  void levels(Levels now) {
    levels = now;
  }

  void snapshots(long held, long waiting) {
    snapshotsHeld = held;
    snapshotsWaiting = waiting;
  }

  void close() {
    metrics.close();
  }
}
