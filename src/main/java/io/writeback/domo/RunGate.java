package io.writeback.domo;

import java.time.Instant;

/**
 * Whether a version of a DataSet may be sent now. Without a schedule always; with one, when a time
 * of the schedule has come and until that run has ended. Otherwise three things are let through: a
 * DataSet that was never sent or whose offset was reset, a snapshot that has begun, and a version
 * that was there at the schedule's last time, which means that nobody was running then.
 */
final class RunGate {
  private final PollTimes times;
  private boolean running;

  RunGate(PollTimes times) {
    this.times = times;
  }

  /** A time of the schedule has come. */
  void open() {
    running = true;
  }

  /** What was to be done in this run is done. */
  void close() {
    running = false;
  }

  boolean lets(DatasetVersion version, SourcePosition position, Instant now) {
    if (running || times.schedule().isEmpty()) {
      return true;
    }
    boolean never = position.version() == null && position.cursor().isEmpty();
    if (never || position.progress().isPresent()) {
      return true;
    }
    return version.time() == null
        || !version.time().isAfter(times.schedule().get().last(now, times.zone()));
  }
}
