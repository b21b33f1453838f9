package io.writeback.domo;

import io.writeback.metrics.TaskMetrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
  private final TaskMetrics.Counter unchanged;
  private final Map<String, String> labels = new ConcurrentHashMap<>();

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
    unchanged =
        metrics.counter("versions-unchanged-total", "New versions whose rows were the old ones");
    // There from the start, so that an alert can be on their growth.
    for (VerificationException.Kind kind : VerificationException.Kind.values()) {
      verificationFailures(kind);
    }
    for (DomoException.Kind kind : DomoException.Kind.values()) {
      retries(kind.label());
    }
  }

  void downloaded(String dataset, long rowCount, long byteCount, long ms) {
    rows.add(rowCount);
    bytes.add(byteCount);
    downloadMs.add(ms);
    of(dataset, "rows-read-total", "Rows read from Domo and verified").add(rowCount);
    of(dataset, "bytes-read-total", "Bytes of CSV read from Domo and verified").add(byteCount);
    of(dataset, "download-ms-total", "Time spent on verified downloads").add(ms);
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

  void versionUnchanged() {
    unchanged.add(1);
  }

  void versionEmitted(String dataset) {
    emitted.add(1);
    of(dataset, "versions-emitted-total", "Versions whose manifest is acknowledged").add(1);
  }

  void versionHeld(String dataset) {
    held.add(1);
    of(dataset, "versions-held-total", "Versions that were not sent").add(1);
  }

  void rowsEmitted(long n) {
    sent.add(n);
  }

  void verificationFailed(VerificationException.Kind kind) {
    verificationFailures(kind).add(1);
  }

  void retried(String dataset, String cause) {
    retries(cause).add(1);
    of(dataset, "failures-total", "Attempts that failed").add(1);
  }

  void spoolBytes(DoubleSupplier used) {
    metrics.gauge("spool-bytes", "What all spools in domo.spool.dir take up", used);
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
  void dataset(String id, String label, DoubleSupplier state, DoubleSupplier lagMs) {
    labels.put(id, label);
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

  private TaskMetrics.Counter verificationFailures(VerificationException.Kind kind) {
    return metrics.counter(
        "verification-failures-" + kind.label() + "-total", "Downloads that were not verified");
  }

  private TaskMetrics.Counter retries(String cause) {
    return metrics.counter(
        "retries-" + cause + "-total", "Attempts that failed and follow again");
  }

  private TaskMetrics.Counter of(String dataset, String name, String description) {
    return metrics.counter(
        "dataset-" + labels.getOrDefault(dataset, dataset) + "-" + name, description);
  }

  void close() {
    metrics.close();
  }
}
