package io.writeback.domo;

/**
 * Whether the content that was read is that of the version under whose token it was read. Domo
 * shows a version in its metadata up to 15 minutes before queries and exports show its data
 * (domo-python-sdk issue 36), and nothing in an answer tells. Two rules follow. Content that is not
 * new is looked at again until the time is over. Content that is new may still be that of an
 * earlier version, so it is sent, and looked at once more when the time is over.
 *
 * <p>Pure state, used by one thread. Times are milliseconds of the worker's clock.
 */
final class Settling {
  static final long NEVER = Long.MAX_VALUE;

  /** When to look again at content that is not new: 2, 5 and 15 of 15 minutes. */
  private static final double[] LOOKS = {2 / 15.0, 5 / 15.0, 1};

  private final long settleMs;
  private Unconfirmed unconfirmed;
  private String unchanged;
  private long recheckMs;

  private record Unconfirmed(String token, long sinceMs, int looks) {}

  /**
   * Begins.
   *
   * @param settleMs how long content may lag behind its token
   * @param sent what was sent last
   */
  Settling(long settleMs, SourcePosition sent) {
    this.settleMs = settleMs;
    sent(sent);
  }

  /** Something was sent. */
  void sent(SourcePosition position) {
    unconfirmed = null;
    unchanged = null;
    recheckMs = position.recheckMs() == null ? NEVER : position.recheckMs();
  }

  /**
   * When content that is sent must be looked at again, for its offset, so that a restart does not
   * forget it.
   *
   * @param before what was sent before it
   * @return null if it was read when Domo surely showed it
   */
  Long recheckMs(SourcePosition before, Spool.About read) {
    long readMs = read.started().toEpochMilli();
    long end = endMs(before, read.version(), readMs);
    return readMs >= end ? null : (Long) end;
  }

  /** When Domo surely shows the data of a version that was read at that time, or did before. */
  long endMs(SourcePosition before, DatasetVersion version, long readMs) {
    String token = version.token();
    if (token.equals(before.version())) {
      return before.recheckMs() == null ? readMs : before.recheckMs();
    }
    if (SourcePosition.isGone(token)) {
      return readMs;
    }
    Long time = version.time() == null ? null : (Long) version.time().toEpochMilli();
    // A time that did not move with its token says nothing about that version.
    boolean told = time != null && time <= readMs && !time.equals(before.versionTimeMs());
    return (told ? time : readMs) + settleMs;
  }

  /** Another version is there. */
  void superseded(String token) {
    recheckMs = NEVER;
    if (unconfirmed != null && !unconfirmed.token.equals(token)) {
      unconfirmed = null;
    }
  }

  /** Whether the version was there for long enough without anything new in it. */
  boolean isUnchanged(String token) {
    return token.equals(unchanged);
  }

  boolean recheckIsDue(long now) {
    return now >= recheckMs;
  }

  /** The content that was sent is there still. */
  void confirmed() {
    recheckMs = NEVER;
  }

  /** Whether the next look at a version without anything new has to wait. */
  boolean waits(long now) {
    return unconfirmed != null && now < nextLookMs();
  }

  /**
   * A version had nothing new in it.
   *
   * @return whether it was there for long enough
   */
  boolean nothingNew(String token, long now) {
    if (unconfirmed == null) {
      unconfirmed = new Unconfirmed(token, now, 0);
    }
    if (now - unconfirmed.sinceMs < settleMs) {
      unconfirmed = new Unconfirmed(token, unconfirmed.sinceMs, unconfirmed.looks + 1);
      return false;
    }
    unconfirmed = null;
    unchanged = token;
    return true;
  }

  /** There is something new. */
  void resolved() {
    unconfirmed = null;
  }

  /** There is nothing to look at, until {@link #sent} begins anew. */
  void rest() {
    unconfirmed = null;
    recheckMs = NEVER;
  }

  /** When time alone calls for a look, or {@link #NEVER}. */
  long nextMs() {
    return unconfirmed == null ? recheckMs : nextLookMs();
  }

  private long nextLookMs() {
    int look = Math.min(unconfirmed.looks, LOOKS.length) - 1;
    return unconfirmed.sinceMs + (look < 0 ? 0 : (long) (LOOKS[look] * settleMs));
  }
}
