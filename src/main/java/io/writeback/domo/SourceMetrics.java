package io.writeback.domo;

import io.writeback.metrics.TaskMetrics;
import java.util.function.DoubleSupplier;

/** The figures of a task. Safe for use by many threads. */
final class SourceMetrics {
  private final TaskMetrics metrics;
  private final TaskMetrics.Counter rows;
  private final TaskMetrics.Counter bytes;
  private final TaskMetrics.Counter downloadMs;
  private final TaskMetrics.Counter seen;
  private final TaskMetrics.Counter emitted;
  private final TaskMetrics.Counter held;
  private final TaskMetrics.Counter sent;
  private final TaskMetrics.Counter escaped;

  SourceMetrics(TaskMetrics metrics) {
    this.metrics = metrics;
    rows = metrics.counter("rows-read-total", "Rows read from Domo and verified");
    bytes = metrics.counter("bytes-read-total", "Bytes of CSV read from Domo and verified");
    downloadMs = metrics.counter("download-ms-total", "Time spent on verified downloads");
    seen = metrics.counter("versions-seen-total", "Versions found to be sent");
    emitted = metrics.counter("versions-emitted-total", "Versions whose manifest is acknowledged");
    held = metrics.counter("versions-held-total", "Versions stopped by a guard");
    escaped =
        metrics.counter(
            "escaped-cells-total",
            "Texts read that begin with a quote and like a formula, as a guard would write them");
    sent = metrics.counter("rows-emitted-total", "Rows handed to Kafka Connect");
  }

  void downloaded(long rowCount, long byteCount, long ms) {
    rows.add(rowCount);
    bytes.add(byteCount);
    downloadMs.add(ms);
  }

  void pageRead(long rowCount) {
    rows.add(rowCount);
  }

  void escapedCells(long n) {
    escaped.add(n);
  }

  void versionSeen() {
    seen.add(1);
  }

  void versionEmitted() {
    emitted.add(1);
  }

  void versionHeld() {
    held.add(1);
  }

  void rowsEmitted(long n) {
    sent.add(n);
  }

  void verificationFailed(VerificationException.Kind kind) {
    metrics
        .counter(
            "verification-failures-" + kind.label() + "-total", "Downloads that were not verified")
        .add(1);
  }

  void retried(String cause) {
    metrics.counter("retries-" + cause + "-total", "Attempts that failed and follow again").add(1);
  }

  void sincePoll(DoubleSupplier ms) {
    metrics.gauge(
        "since-poll-ms", "Time since the worker asked for records; grows while it is stuck", ms);
  }

  /**
   * Shows one DataSet.
   *
   * @param label alias or id
   */
  void dataset(String label, DoubleSupplier state, DoubleSupplier lagMs) {
    metrics.gauge(
        "dataset-" + label + "-state",
        "0 idle, 1 spooling, 2 unconfirmed, 3 emitting, 4 held",
        state);
    metrics.gauge(
        "dataset-" + label + "-lag-ms", "Age of the newest version while it is not sent", lagMs);
  }

  /**
   * Shows a DataSet that is read by its cursor.
   *
   * @param label alias or id
   */
  void rowsWithoutCursor(String label, DoubleSupplier count) {
    metrics.gauge(
        "dataset-" + label + "-rows-without-cursor",
        "Rows that are not sent, as they have no cursor or no tiebreak",
        count);
  }

  void close() {
    metrics.close();
  }
}
