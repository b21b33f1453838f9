package io.writeback.domo;

import io.writeback.retry.Backoff;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What is to be done with one DataSet, and when. Pure state, used by one thread; {@link #state} may
 * be read by others. Times are milliseconds of the injected clock.
 */
final class DatasetAgenda {
  private final Policy policy;
  private final Settling settling;
  private final NextAttempt next;
  private SourcePosition position;
  private long goneSinceMs = -1;
  private String refused;
  private volatile DatasetState state = DatasetState.IDLE;
  private volatile String reason = "";

  DatasetAgenda(SourcePosition position, Policy policy, RandomGenerator random) {
    this.position = position;
    this.policy = policy;
    this.settling = new Settling(policy.settleMs, position);
    this.next = new NextAttempt(policy, random);
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
    CONFIRMED,
    HELD
  }

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
  Optional<Occasion> due(DatasetVersion version, String config, long lastSentMs, long now) {
    String token = version.token();
    if (!token.equals(position.version())) {
      settling.superseded(token);
    }
    Optional<Occasion> why = why(token, config, lastSentMs, now);
    if (why.isEmpty()) {
      settling.resolved();
      next.now();
      settle(DatasetState.IDLE, "");
      return why;
    }
    if (next.bars(token, now)) {
      return Optional.empty();
    }
    return settling.waits(now) ? Optional.empty() : why;
  }

  private Optional<Occasion> why(String token, String config, long lastSentMs, long now) {
    if (position.version() == null) {
      return Optional.of(Occasion.FIRST);
    }
    if (position.config() != null && !position.config().equals(config)) {
      return Optional.of(Occasion.RESEND);
    }
    boolean sent = token.equals(position.version());
    if (!sent && !settling.isUnchanged(token)) {
      return Optional.of(Occasion.VERSION);
    }
    // A snapshot of this version has begun and did not end: its reason still stands.
    boolean unfinished = position.progress().isPresent();
    if (unfinished || (policy.refreshMs > 0 && now - lastSentMs >= policy.refreshMs)) {
      return Optional.of(Occasion.RESEND);
    }
    return sent && settling.recheckIsDue(now) ? Optional.of(Occasion.RECHECK) : Optional.empty();
  }

  /** When a version that goes out must be looked at again, or null. */
  Long recheckMs(Spool.About read) {
    return settling.recheckMs(position, read);
  }

  void spooling() {
    settle(DatasetState.SPOOLING, "");
  }

  /** Judges a verified download. */
  Verdict spooled(Spool.About spool, Occasion why, long now) {
    next.verified();
    String token = spool.version().token();
    boolean sameContent = spool.content().equals(position.hash());
    if (why == Occasion.RECHECK && sameContent) {
      settling.confirmed();
      settle(DatasetState.IDLE, "");
      return Verdict.CONFIRMED;
    }
    Optional<String> refusal = policy.guards.refuse(position, spool);
    if (refusal.isPresent()) {
      next.at(token, heldUntil(spool));
      settle(DatasetState.HELD, refusal.get());
      return Verdict.HELD;
    }
    if (position.version() == null
        || position.isGone()
        || token.equals(position.version())
        || !sameContent) {
      settling.resolved();
      return Verdict.EMIT;
    }
    if (!settling.nothingNew(token, now)) {
      settle(DatasetState.UNCONFIRMED, "the version is new, its content is not (yet)");
      return Verdict.UNCONFIRMED;
    }
    settle(DatasetState.IDLE, "");
    return why == Occasion.RESEND || policy.unchangedToo ? Verdict.EMIT : Verdict.UNCHANGED;
  }

  /** What is suspicious may be an earlier version's, as long as data may lag: one more look. */
  private long heldUntil(Spool.About spool) {
    String token = spool.version().token();
    boolean again = token.equals(refused);
    refused = token;
    long readMs = spool.started().toEpochMilli();
    long end = settling.endMs(position, spool.version(), readMs);
    return again || readMs >= end ? Long.MAX_VALUE : end;
  }

  /** Rows go out that are not verified yet. */
  void streaming() {
    settle(DatasetState.EMITTING, "");
  }

  /** Domo describes the DataSet. */
  void present() {
    if (goneSinceMs >= 0) {
      goneSinceMs = -1;
      next.now();
      settling.sent(position);
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
    next.at(null, goneSinceMs + policy.settleMs);
    settle(DatasetState.UNCONFIRMED, "it seems to be gone");
    return false;
  }

  /** Nothing is to be done until the DataSet is there again. */
  void rest() {
    next.now();
    settling.rest();
    settle(DatasetState.IDLE, "");
  }

  /** Rows of a snapshot go out from now on. */
  void emitting() {
    next.began();
    settling.resolved();
    settle(DatasetState.EMITTING, "");
  }

  /** The manifest is acknowledged. */
  void completed(SourcePosition now) {
    position = now;
    settling.sent(now);
    settle(DatasetState.IDLE, "");
  }

  /** An attempt failed: the next one follows with backoff, or at once for another version. */
  void failed(String token, String why, long retryAfterMs, long now) {
    next.failed(token, retryAfterMs, now);
    settle(DatasetState.HELD, why);
  }

  /**
   * The version changed during its download. The next attempt waits, whatever version there is by
   * then, because a DataSet that always changes would be downloaded for ever.
   *
   * @return whether this makes it unstable: it takes more than another attempt
   */
  boolean changed(String why, long now) {
    int changes = next.changed(now);
    boolean unstable = changes >= policy.unstableAfter;
    settle(
        DatasetState.HELD,
        unstable ? "unstable, it changed during each of " + changes + " downloads" : why);
    return changes == policy.unstableAfter;
  }

  /**
   * The version is there, its data is not yet: looks again with backoff.
   *
   * @return whether the data should have come by now
   */
  boolean lagging(String token, String why, long now) {
    boolean late = next.lagging(token, now);
    settle(late ? DatasetState.HELD : DatasetState.UNCONFIRMED, why);
    return late;
  }

  /** Stops until there is another version, or for good with a null token. */
  void hold(String token, String why) {
    next.notBeforeAnother(token);
    settle(DatasetState.HELD, why);
  }

  /** When the next attempt is due, if time alone makes it so; else {@link Long#MAX_VALUE}. */
  long nextAttemptMs() {
    return next.waits() ? next.ms() : settling.nextMs();
  }

  private void settle(DatasetState now, String why) {
    reason = why;
    state = now;
  }
}
