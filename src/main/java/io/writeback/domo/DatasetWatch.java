package io.writeback.domo;

import io.writeback.domo.DatasetAgenda.Verdict;
import io.writeback.domo.DomoException.Kind;
import io.writeback.domo.SourcePosition.Progress;
import io.writeback.retry.FaultException;
import io.writeback.snapshot.SnapshotIds;
import io.writeback.snapshot.SnapshotManifest.Reason;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches the versions of one DataSet, and hands over a snapshot of each new one. */
final class DatasetWatch implements Watch {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetWatch.class);

  private final Services services;
  private final String id;
  private final DatasetAgenda agenda;
  private Optional<Progress> unfinished;
  private long lastSentMs;
  private volatile DatasetVersion latest;
  private boolean emitting;
  private boolean tidy;
  private String complaint = "";

  DatasetWatch(Services services, String id, DatasetAgenda agenda) {
    this.services = services;
    this.id = id;
    this.agenda = agenda;
    this.unfinished = agenda.position().progress();
    this.lastSentMs =
        SnapshotIds.madeAtMs(agenda.position().snapshot()).orElse(services.clock.millis());
  }

  /**
   * What a watch works with.
   *
   * @param resume whether a snapshot may go on where an earlier run ended: only a worker with
   *     exactly-once support keeps the offset of exactly the rows that are there
   */
  record Services(
      DomoApi api,
      VersionDetector detector,
      SnapshotFetch fetch,
      SpoolDirectory spools,
      DatasetSettings settings,
      SnapshotIds ids,
      SourceMetrics metrics,
      InstantSource clock,
      boolean resume) {}

  @Override
  public String id() {
    return id;
  }

  @Override
  public DatasetState state() {
    return agenda.state();
  }

  @Override
  public double lagMs() {
    DatasetVersion version = latest;
    return version == null || version.time() == null
        ? 0
        : Math.max(0, services.clock.millis() - version.time().toEpochMilli());
  }

  @Override
  public boolean paging() {
    return false;
  }

  @Override
  public boolean emitting() {
    return emitting;
  }

  @Override
  public long nextAttemptMs() {
    return agenda.nextAttemptMs();
  }

  @Override
  public Optional<SnapshotPlan> look() {
    if (emitting) {
      return Optional.empty();
    }
    String token = null;
    try {
      Optional<SnapshotPlan> left = adoptUnfinished();
      if (left.isPresent()) {
        return left;
      }
      DatasetInfo info = services.api.dataset(id);
      if (info.deleted()) {
        throw new DomoException(Kind.NOT_FOUND, "DataSet " + id + " is deleted in Domo", null);
      }
      DatasetVersion version = services.detector.versionOf(info);
      token = version.token();
      return look(info, version);
    } catch (VerificationException e) {
      unverified(token, e);
    } catch (DomoException e) {
      if (e.kind().locksOut()) {
        throw e;
      }
      if (e.kind() == Kind.NOT_FOUND && services.settings.deletedIgnored()) {
        agenda.hold(null, e.getMessage());
        complain("gone", "is gone and ignored (domo.on.deleted=ignore): " + e.getMessage());
      } else {
        failed(token, e.kind().label(), e, e.retryAfterMs());
      }
    } catch (FaultException e) {
      failed(token, "configuration", e, 0);
    } catch (IOException e) {
      failed(token, "disk", e, 0);
    }
    return Optional.empty();
  }

  @Override
  public void completed(Work work) {
    SnapshotPlan plan = (SnapshotPlan) work;
    emitting = false;
    unfinished = Optional.empty();
    lastSentMs = services.clock.millis();
    agenda.completed(plan.after());
    latest = null;
    services.metrics.versionEmitted();
  }

  @Override
  public void abandoned(Work work, String reason) {
    SnapshotPlan plan = (SnapshotPlan) work;
    emitting = false;
    agenda.hold(plan.spool().about().version().token(), reason);
    services.metrics.versionHeld();
    complain("abandoned", "is held: " + reason);
  }

  private Optional<SnapshotPlan> look(DatasetInfo info, DatasetVersion version) throws IOException {
    long now = services.clock.millis();
    String token = version.token();
    String topic = services.settings.topic(id, info.name());
    String config = services.settings.fingerprint(id, topic);
    Optional<Reason> due = agenda.due(version, config, lastSentMs, now);
    latest = due.isPresent() ? version : null;
    if (due.isEmpty()) {
      discardLeftovers();
      return Optional.empty();
    }
    services.metrics.versionSeen();
    agenda.spooling();
    Optional<Spool> adopted =
        services.spools.adopt(
            id, about -> about.config().equals(config) && about.version().token().equals(token));
    Spool spool = adopted.isPresent() ? adopted.get() : services.fetch.fetch(info, version, config);
    if (mayResume(spool.about(), config)) {
      return Optional.of(start(spool, due.get(), unfinished.get().snapshot(), topic, config));
    }
    Verdict verdict = agenda.spooled(spool.about(), due.get(), services.clock.millis());
    if (verdict == Verdict.EMIT) {
      return Optional.of(start(spool, due.get(), services.ids.next(), topic, config));
    }
    spool.delete();
    if (verdict == Verdict.HELD) {
      services.metrics.versionHeld();
      complain("guard", "is held: " + agenda.reason());
    }
    return Optional.empty();
  }

  /** A spool of the unfinished snapshot on this disk is enough: Domo may have moved on. */
  private Optional<SnapshotPlan> adoptUnfinished() throws IOException {
    if (unfinished.isEmpty() || !services.resume) {
      return Optional.empty();
    }
    Optional<Spool> spool =
        services.spools.adopt(id, about -> mayResume(about, config(id, about.name())));
    if (spool.isEmpty()) {
      return Optional.empty();
    }
    Spool.About about = spool.get().about();
    String topic = services.settings.topic(id, about.name());
    Reason reason =
        agenda.position().version() == null
            ? Reason.FIRST
            : about.version().token().equals(agenda.position().version())
                ? Reason.RESEND
                : Reason.VERSION;
    return Optional.of(
        start(spool.get(), reason, unfinished.get().snapshot(), topic, about.config()));
  }

  /** A crash between the manifest and the end of its spool leaves one that nobody needs. */
  private void discardLeftovers() throws IOException {
    if (!tidy && agenda.state() == DatasetState.IDLE) {
      services.spools.adopt(id, about -> false);
      tidy = true;
    }
  }

  private String config(String dataset, String name) {
    return services.settings.fingerprint(dataset, services.settings.topic(dataset, name));
  }

  private boolean mayResume(Spool.About spool, String config) {
    return services.resume
        && unfinished.isPresent()
        && config.equals(agenda.position().config())
        && spool.config().equals(config)
        && spool.version().token().equals(unfinished.get().version())
        && spool.ordered().equals(unfinished.get().hash());
  }

  private SnapshotPlan start(
      Spool spool, Reason reason, String snapshot, String topic, String config) throws IOException {
    long resumeAfter =
        unfinished.filter(p -> p.snapshot().equals(snapshot)).map(Progress::row).orElse(0L);
    RowSelection selection = services.settings.selection(id, spool.about().columns());
    RecordShape shape = services.settings.shape(id, selection);
    String configAfter =
        services.settings.cursor(id).isPresent()
            ? services.settings.cursorFingerprint(id, topic)
            : config;
    unfinished = Optional.empty();
    emitting = true;
    agenda.emitting();
    complaint = "";
    Spool.About about = spool.about();
    LOG.info(
        "DataSet {} ({}): emitting snapshot {} of {} rows to {}, {}{}",
        id,
        about.name(),
        snapshot,
        about.rows(),
        topic,
        reason,
        resumeAfter > 0 ? ", going on after row " + resumeAfter : "");
    return new SnapshotPlan(
        spool,
        selection,
        shape,
        topic,
        snapshot,
        reason,
        agenda.position(),
        config,
        configAfter,
        resumeAfter);
  }

  private void unverified(String token, VerificationException e) {
    services.metrics.verificationFailed(e.kind());
    long now = services.clock.millis();
    switch (e.kind()) {
      case CHANGED -> {
        services.metrics.retried(e.kind().label());
        if (agenda.changed(e.getMessage(), now)) {
          services.metrics.versionHeld();
          LOG.error(
              "DataSet {} is {}: let it be read while it rests (domo.schedule), or have it updated"
                  + " less often; attempts go on at domo.retry.backoff.max.ms",
              id,
              agenda.reason());
        } else {
          complain(e.kind().label(), "cannot be read, trying again: " + e.getMessage());
        }
      }
      case LAGGING -> {
        services.metrics.retried(e.kind().label());
        boolean late = agenda.lagging(token, e.getMessage(), now);
        complain(
            late ? "late" : e.kind().label(),
            late
                ? "is held, domo.settle.max.ms has passed: "
                    + e.getMessage()
                    + "; if its metadata never follows, set domo.verify.metadata.rows=false"
                : "is waited for: " + e.getMessage());
      }
      default -> failed(token, e.kind().label(), e, 0);
    }
  }

  private void failed(String token, String kind, Exception e, long retryAfterMs) {
    services.metrics.retried(kind);
    agenda.failed(token, e.getMessage(), retryAfterMs, services.clock.millis());
    complain(kind, "cannot be read, trying again: " + e.getMessage());
  }

  /** One warning for each change, not for each attempt. */
  private void complain(String kind, String message) {
    if (complaint.equals(kind)) {
      LOG.debug("DataSet {} {}", id, message);
    } else {
      LOG.warn("DataSet {} {}", id, message);
      complaint = kind;
    }
  }
}
