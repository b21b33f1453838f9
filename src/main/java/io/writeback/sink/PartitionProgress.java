package io.writeback.sink;

import java.util.OptionalLong;

/**
 * Where one ownership of a partition stands, in offsets. No IO: everything that a partition may and
 * may not do is decided here.
 *
 * <pre>
 *   OPENING ──claimed──▶ REWINDING ──next put──▶ OPEN ──fenced──▶ FENCED
 *      └── claimed, no position stored ────────▶  │ ▲
 *                         REWINDING ◀── moved, rejected, stepped back
 * </pre>
 *
 * <p>A partition is REWINDING from the moment the seek is asked for until the next {@code put}
 * begins, because Connect seeks only then: until it has, records and offsets that the framework
 * shows belong to the time before the seek.
 */
final class PartitionProgress {
  /** What the partition is doing. Not being owned is the absence of this object. */
  enum State {
    OPENING,
    REWINDING,
    OPEN,
    FENCED
  }

  /** What to do with a delivered record. */
  enum Delivery {
    TAKE,
    DROP,
    /** Seen before in this ownership: what is buffered cannot be trusted; read again. */
    STEP_BACK,
    /** Below what is durable: the topic is not the one that was read. */
    BELOW_POSITION
  }

  private static final long NONE = -1;

  private State state = State.OPENING;
  private long position = NONE;
  private long floor = NONE;
  private long end = NONE;
  private long inFlightEnd = NONE;
  private long lowestDropped = NONE;

  /**
   * Progress of a partition that is claimed again after it was fenced, without Kafka's seeking. If
   * nothing is stored even then, reading starts where it stood, not where Kafka has got to.
   */
  static PartitionProgress after(PartitionProgress fenced) {
    fenced.expect(State.FENCED);
    PartitionProgress again = new PartitionProgress();
    again.lowestDropped = fenced.position == NONE ? fenced.lowestDropped : fenced.position;
    return again;
  }

  State state() {
    return state;
  }

  /** The lowest offset not accounted for in the warehouse; empty until Kafka has shown one. */
  OptionalLong position() {
    return optional(position);
  }

  /** Last delivered offset + 1. */
  OptionalLong end() {
    return optional(end);
  }

  boolean inFlight() {
    return inFlightEnd != NONE;
  }

  /** Offsets delivered but not durable. */
  long lag() {
    return end == NONE || position == NONE ? 0 : Math.max(0, end - position);
  }

  /**
   * The claim is there.
   *
   * @return where to seek, or empty to go on where Kafka is
   */
  OptionalLong claimed(OptionalLong stored) {
    expect(State.OPENING);
    long start = stored.orElse(lowestDropped);
    if (start == NONE) {
      state = State.OPEN;
      return OptionalLong.empty();
    }
    position = start;
    return seek(start);
  }

  /** A {@code put} begins, so a seek asked for in an earlier one has happened. */
  void putBegins() {
    if (state == State.REWINDING) {
      state = State.OPEN;
    }
  }

  /** A record has come; if it is taken, the open range reaches beyond it. */
  Delivery delivered(long offset) {
    if (state == State.OPENING || state == State.FENCED) {
      lowestDropped = lowestDropped == NONE ? offset : Math.min(lowestDropped, offset);
    }
    if (state != State.OPEN) {
      return Delivery.DROP;
    }
    if (end == NONE) {
      start(offset);
    }
    if (offset < floor) {
      return Delivery.BELOW_POSITION;
    }
    if (offset < end) {
      return Delivery.STEP_BACK;
    }
    end = offset + 1;
    return Delivery.TAKE;
  }

  /**
   * The framework has consumed up to here. Offsets that never became records, such as those that a
   * transform filtered, are passed this way.
   *
   * @param buffered whether anything waits to be written
   * @return whether the open range grew
   */
  boolean consumed(long current, boolean buffered) {
    if (state != State.OPEN || buffered || inFlight()) {
      return false;
    }
    if (end == NONE) {
      start(current);
    }
    if (current <= end) {
      return false;
    }
    end = current;
    return true;
  }

  /** No record lies between the last one and this offset; the open range reaches up to it. */
  void passTo(long offset) {
    expect(State.OPEN);
    end = Math.max(end, offset);
  }

  /** The open range is complete and cannot be closed yet: what comes after it is read again. */
  OptionalLong waitAt(long offset) {
    expect(State.OPEN);
    return seek(offset);
  }

  /** Whether there is a range to commit, and no commit under way. */
  boolean canCut() {
    return state == State.OPEN && !inFlight() && position != NONE && end > position;
  }

  /** Closes the open range; the next one starts at its end. */
  void cut() {
    if (!canCut()) {
      throw new IllegalStateException("nothing to cut in state " + state);
    }
    inFlightEnd = end;
  }

  /** The range in flight is durable. */
  void committed() {
    expectInFlight();
    position = inFlightEnd;
    floor = Math.max(floor, position);
    inFlightEnd = NONE;
  }

  /**
   * The warehouse stands elsewhere.
   *
   * @return where to seek, or empty if it stands at the end of the range in flight: then it landed
   */
  OptionalLong moved(long to) {
    expectInFlight();
    if (to == inFlightEnd) {
      committed();
      return OptionalLong.empty();
    }
    inFlightEnd = NONE;
    position = to;
    return seek(to);
  }

  /** Rows of the range in flight are refused; it is read again without them. */
  OptionalLong rejected() {
    expectInFlight();
    inFlightEnd = NONE;
    return seek(position);
  }

  /** What is buffered is dropped and read again. A range in flight still counts. */
  OptionalLong stepBack() {
    expect(State.OPEN);
    return seek(inFlight() ? inFlightEnd : position);
  }

  /** Somebody else owns the partition. */
  void fenced() {
    state = State.FENCED;
    inFlightEnd = NONE;
  }

  private OptionalLong seek(long to) {
    state = State.REWINDING;
    end = to;
    floor = to;
    return OptionalLong.of(to);
  }

  private void start(long at) {
    position = at;
    floor = at;
    end = at;
  }

  private void expect(State expected) {
    if (state != expected) {
      throw new IllegalStateException("expected state " + expected + ", found " + state);
    }
  }

  private void expectInFlight() {
    if (!inFlight()) {
      throw new IllegalStateException("no range is in flight");
    }
  }

  private static OptionalLong optional(long value) {
    return value == NONE ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
