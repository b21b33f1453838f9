package io.writeback.domo;

import io.writeback.domo.DatasetAgenda.Verdict;
import java.time.InstantSource;

/**
 * How one DataSet stands, and what each outcome does to that: to its agenda, to its journal, to the
 * gate of its schedule and to the figures. Belongs to the fetch thread.
 */
final class DatasetStanding {
  /** With {@code domo.dataset.failure=fail}, a DataSet that is never whole ends the task. */
  private static final int UNVERIFIED_ATTEMPTS = 5;

  final String id;
  final DatasetAgenda agenda;
  final DatasetJournal journal;
  final RunGate gate;
  private final SourceMetrics metrics;
  private final InstantSource clock;
  private int unverified;

  DatasetStanding(
      String id,
      DatasetAgenda agenda,
      DatasetJournal journal,
      RunGate gate,
      SourceMetrics metrics,
      InstantSource clock) {
    this.id = id;
    this.agenda = agenda;
    this.journal = journal;
    this.gate = gate;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Nothing is to be done. */
  void idle() {
    journal.well();
    gate.close();
  }

  /** The snapshot is in Kafka. */
  void completed(SourcePosition position) {
    agenda.completed(position);
    gate.close();
    metrics.versionEmitted(id);
  }

  /** Whether a verified version is to be sent; if not, it is told why. */
  boolean judged(Spool.About version, Occasion why) {
    unverified = 0;
    Verdict verdict = agenda.spooled(version, why, clock.millis());
    if (verdict == Verdict.HELD) {
      // The code tells one held version from another.
      told(Guards.code(version), agenda.reason());
    } else {
      journal.well();
    }
    if (verdict == Verdict.UNCHANGED) {
      metrics.versionUnchanged();
    }
    return verdict == Verdict.EMIT;
  }

  /** This version will not be sent. */
  void held(String token, String kind, String reason) {
    agenda.hold(token, reason);
    told(kind, reason);
  }

  private void told(String kind, String reason) {
    gate.close();
    metrics.versionHeld(id);
    journal.lasting("held " + kind, "is held: " + reason);
  }

  /** A download was not one whole version. */
  void unverified(String token, VerificationException e) {
    metrics.verificationFailed(e.kind());
    unverified++;
    long now = clock.millis();
    String why = e.getMessage();
    switch (e.kind()) {
      case CHANGED -> {
        metrics.retried(id, e.kind().label());
        if (agenda.changed(why, now)) {
          metrics.versionHeld(id);
          journal.lasting(
              "unstable",
              "is "
                  + agenda.reason()
                  + ": let it be read while it rests (domo.schedule), or have it updated less"
                  + " often; attempts go on at domo.retry.backoff.max.ms");
        } else {
          journal.trouble(e.kind().label(), "cannot be read, trying again: " + why);
        }
      }
      case LAGGING -> {
        metrics.retried(id, e.kind().label());
        if (agenda.lagging(token, why, now)) {
          journal.lasting(
              "late",
              "is held, domo.settle.max.ms has passed: "
                  + why
                  + "; if its metadata never follows, set domo.verify.metadata.rows=false");
        } else {
          journal.trouble(e.kind().label(), "is waited for: " + why);
        }
      }
      default -> failed(token, e.kind().label(), why, 0, unverified >= UNVERIFIED_ATTEMPTS);
    }
  }

  /**
   * An attempt failed; another one follows.
   *
   * @param lasting whether a person has to do something before that can succeed
   */
  void failed(String token, String kind, String why, long retryAfterMs, boolean lasting) {
    metrics.retried(id, kind);
    agenda.failed(token, why, retryAfterMs, clock.millis());
    String message = "cannot be read, trying again: " + why;
    if (lasting) {
      journal.lasting(kind, message);
    } else {
      journal.trouble(kind, message);
    }
  }
}
