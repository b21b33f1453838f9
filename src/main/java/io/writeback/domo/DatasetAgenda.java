package io.writeback.domo;

import io.writeback.retry.Backoff;
import io.writeback.snapshot.SnapshotManifest.Reason;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What is to be done with one DataSet, and when. Pure state, used by one thread; {@link #state} may
 * be read by others. Times are milliseconds of the injected clock.
 */
final class DatasetAgenda {
  /** When to look again at content that is not new: 2, 5 and 15 of 15 minutes. */
  private static final double[] LOOKS = {2 / 15.0, 5 / 15.0, 1};

  private final Policy policy;
  private final RandomGenerator random;
  private SourcePosition position;
  private String settledToken;
  private Unconfirmed unconfirmed;
  private Hold hold;
  private long goneSinceMs = -1;
  private Lagging lagging;
  private int failures;
  private int changes;
  private volatile DatasetState state = DatasetState.IDLE;
  private volatile String reason = "";

  DatasetAgenda(SourcePosition position, Policy policy, RandomGenerator random) {
    this.position = position;
    this.policy = policy;
    this.random = random;
  }

  /**
   * The rules.
   *
   * @param settleMs how long content may lag behind its token
   * @param refreshMs a snapshot is sent again after this time, 0 for never
   * @param unstableAfter a DataSet that changed during so many downloads in a row is unstable
   * @param unchangedToo whether a new version is sent even if its content is the old one
   */
  record Policy(
      Guards guards,
      long settleMs,
      long refreshMs,
      int unstableAfter,
      Backoff backoff,
      boolean unchangedToo) {
    Policy(Guards guards, long settleMs, long refreshMs, int unstableAfter, Backoff backoff) {
      this(guards, settleMs, refreshMs, unstableAfter, backoff, false);
    }
  }

  /** What a verified version is for. */
  enum Verdict {
    EMIT,
    UNCONFIRMED,
    UNCHANGED,
    HELD
  }

  private record Unconfirmed(String token, long sinceMs, int looks) {}

  private record Hold(String token, long untilMs) {}

  private record Lagging(String token, long sinceMs) {}

  SourcePosition position() {
    return position;
  }

  DatasetState state() {
    return state;
  }

  /** Why it is held, or nothing. */
  String reason() {
    return reason;
  }

  /**
   * Whether the version should be downloaded now, and what for.
   *
   * @param config fingerprint of the settings
   * @param lastSentMs when the last snapshot was made
   */
  Optional<Reason> due(DatasetVersion version, String config, long lastSentMs, long now) {
    Optional<Reason> why = why(version, config, lastSentMs, now);
    if (why.isEmpty()) {
      unconfirmed = null;
      hold = null;
      settle(DatasetState.IDLE, "");
      return why;
    }
    if (hold != null && (hold.token == null || hold.token.equals(version.token()))) {
      if (now < hold.untilMs) {
        return Optional.empty();
      }
    } else {
      hold = null;
    }
    if (unconfirmed != null && !unconfirmed.token.equals(version.token())) {
      unconfirmed = null;
    }
    return unconfirmed != null && now < nextLook() ? Optional.empty() : why;
  }

  private Optional<Reason> why(DatasetVersion version, String config, long lastSentMs, long now) {
    if (position.version() == null) {
      return Optional.of(Reason.FIRST);
    }
    if (position.config() != null && !position.config().equals(config)) {
      return Optional.of(Reason.RESEND);
    }
    boolean seen =
        version.token().equals(position.version()) || version.token().equals(settledToken);
    if (!seen) {
      return Optional.of(Reason.VERSION);
    }
    // A snapshot of this version has begun and did not end: its reason still stands.
    boolean unfinished = position.progress().isPresent();
    return unfinished || (policy.refreshMs > 0 && now - lastSentMs >= policy.refreshMs)
        ? Optional.of(Reason.RESEND)
        : Optional.empty();
  }

  void spooling() {
    settle(DatasetState.SPOOLING, "");
  }

  /** Judges a verified download. */
  Verdict spooled(Spool.About spool, Reason why, long now) {
    failures = 0;
    changes = 0;
    lagging = null;
    hold = null;
    String token = spool.version().token();
    Optional<String> refusal = policy.guards.refuse(position, spool);
    if (refusal.isPresent()) {
      hold(token, Long.MAX_VALUE, refusal.get());
      return Verdict.HELD;
    }
    if (position.version() == null
        || position.isGone()
        || token.equals(position.version())
        || !spool.content().equals(position.hash())) {
      unconfirmed = null;
      return Verdict.EMIT;
    }
    if (unconfirmed == null) {
      unconfirmed = new Unconfirmed(token, now, 0);
    }
    if (now - unconfirmed.sinceMs < policy.settleMs) {
      unconfirmed = new Unconfirmed(token, unconfirmed.sinceMs, unconfirmed.looks + 1);
      settle(DatasetState.UNCONFIRMED, "the version is new, its content is not (yet)");
      return Verdict.UNCONFIRMED;
    }
    unconfirmed = null;
    settledToken = token;
    settle(DatasetState.IDLE, "");
    return why == Reason.RESEND || policy.unchangedToo ? Verdict.EMIT : Verdict.UNCHANGED;
  }

  /** Rows go out that are not verified yet. */
  void streaming() {
    settle(DatasetState.EMITTING, "");
  }

  /** Domo describes the DataSet. */
  void present() {
    if (goneSinceMs >= 0) {
      goneSinceMs = -1;
      hold = null;
    }
  }

  /** Domo does not know the DataSet, or it is not selected any more. */
  void absent(long now) {
    goneSinceMs = goneSinceMs < 0 ? now : goneSinceMs;
  }

  /**
   * Whether it has been absent for long enough to act on it: a single answer may be wrong. If not,
   * the next look follows when it will have been.
   */
  boolean surelyGone(long now) {
    if (now - goneSinceMs >= policy.settleMs) {
      return true;
    }
    hold = new Hold(null, goneSinceMs + policy.settleMs);
    settle(DatasetState.UNCONFIRMED, "it seems to be gone");
    return false;
  }

  /** Nothing is to be done until the DataSet is there again. */
  void rest() {
    hold = null;
    unconfirmed = null;
    settle(DatasetState.IDLE, "");
  }

  /** Rows of a snapshot go out from now on. */
  void emitting() {
    failures = 0;
    hold = null;
    unconfirmed = null;
    settle(DatasetState.EMITTING, "");
  }

  /** The manifest is acknowledged. */
  void completed(SourcePosition now) {
    position = now;
    settledToken = null;
    settle(DatasetState.IDLE, "");
  }

  /** An attempt failed: the next one follows with backoff, or at once for another version. */
  void failed(String token, String why, long retryAfterMs, long now) {
    failures++;
    long delay = Math.max(retryAfterMs, policy.backoff.delayMs(failures, random));
    hold(token, now + delay, why);
  }

  /**
   * The version changed during its download. The next attempt waits, whatever version there is by
   * then, because a DataSet that always changes would be downloaded for ever.
   *
   * @return whether this makes it unstable: it takes more than another attempt
   */
  boolean changed(String why, long now) {
    changes++;
    boolean unstable = changes >= policy.unstableAfter;
    failures++;
    long delay = unstable ? policy.backoff.maxMs() : policy.backoff.delayMs(failures, random);
    hold(
        null,
        now + delay,
        unstable ? "unstable, it changed during each of " + changes + " downloads" : why);
    return changes == policy.unstableAfter;
  }

  /**
   * The version is there, its data is not yet: looks again with backoff.
   *
   * @return whether the data should have come by now
   */
  boolean lagging(String token, String why, long now) {
    if (lagging == null || !lagging.token.equals(token)) {
      lagging = new Lagging(token, now);
    }
    failed(token, why, 0, now);
    boolean late = now - lagging.sinceMs >= policy.settleMs;
    if (!late) {
      settle(DatasetState.UNCONFIRMED, why);
    }
    return late;
  }

  /** Stops until there is another version, or for good with a null token. */
  void hold(String token, String why) {
    hold(token, Long.MAX_VALUE, why);
  }

  /** When the next attempt is due, if time alone makes it so; else {@link Long#MAX_VALUE}. */
  long nextAttemptMs() {
    long next = hold == null ? Long.MAX_VALUE : hold.untilMs;
    return unconfirmed == null ? next : Math.min(next, nextLook());
  }

  private void hold(String token, long untilMs, String why) {
    hold = new Hold(token, untilMs);
    settle(DatasetState.HELD, why);
  }

  private long nextLook() {
    int look = Math.min(unconfirmed.looks, LOOKS.length) - 1;
    return unconfirmed.sinceMs + (look < 0 ? 0 : (long) (LOOKS[look] * policy.settleMs));
  }

  private void settle(DatasetState now, String why) {
    reason = why;
    state = now;
  }
}
