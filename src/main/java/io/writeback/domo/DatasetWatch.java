package io.writeback.domo;

import io.writeback.domo.DomoException.Kind;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.snapshot.SnapshotIds;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Watches the versions of one DataSet, and hands over a snapshot of each new one. */
final class DatasetWatch implements Watch {
  private final Services services;
  private final DatasetStanding standing;
  private final DatasetAgenda agenda;
  private final SnapshotPlanner planner;
  private final Departure departure;
  private final Optional<Streaming> streaming;
  private long lastSentMs;
  private volatile DatasetVersion latest;
  private boolean emitting;
  private boolean tidy;
  private String token;

  DatasetWatch(Services services, DatasetStanding standing) {
    this.services = services;
    this.standing = standing;
    this.agenda = standing.agenda;
    this.planner =
        new SnapshotPlanner(
            standing.id, agenda, services.settings, services.spools, services.ids, services.resume);
    this.departure =
        new Departure(
            standing, planner, services.api, services.settings.onDeleted(), services.clock);
    this.streaming =
        services.handover.map(
            out ->
                new Streaming(
                    services.fetch, standing, planner, plan -> begin(plan, out), services.wake));
    this.lastSentMs =
        SnapshotIds.madeAtMs(agenda.position().snapshot()).orElse(services.clock.millis());
  }

  /**
   * What a watch works with.
   *
   * @param selected whether a DataSet is one that the connector reads
   * @param handover takes snapshots that begin before their rows are there; empty if versions are
   *     spooled
   * @param wake tells the task's thread that there are rows
   * @param resume whether a snapshot may go on where an earlier run ended
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
      Predicate<DatasetInfo> selected,
      Optional<Consumer<Work>> handover,
      Runnable wake,
      boolean resume) {}

  @Override
  public String id() {
    return standing.id;
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
  public void run() {
    standing.gate.open();
  }

  @Override
  public Optional<SnapshotPlan> look() {
    if (emitting) {
      return Optional.empty();
    }
    token = null;
    try {
      Optional<SnapshotPlan> plan = find();
      if (plan.isPresent()) {
        emitting = true;
        agenda.emitting();
      }
      return plan;
    } catch (VerificationException e) {
      standing.unverified(token, e);
    } catch (DomoException e) {
      if (e.kind().locksOut()) {
        throw e;
      }
      failed(e.kind().label(), e, e.retryAfterMs());
    } catch (FaultException e) {
      failed(e.fault() == Fault.RETRY ? "disk" : "configuration", e, 0);
    } catch (IOException e) {
      standing.failed(token, "disk", e.toString(), 0, false);
    }
    return Optional.empty();
  }

  @Override
  public void completed(Work work) {
    SnapshotPlan plan = (SnapshotPlan) work;
    emitting = false;
    lastSentMs = services.clock.millis();
    latest = null;
    departure.sent(plan.about());
    standing.completed(plan.after());
  }

  @Override
  public void abandoned(Work work, String reason) {
    emitting = false;
    standing.held(((SnapshotPlan) work).about().version().token(), "abandoned", reason);
  }

  @Override
  public void withdrawn(Work work, String reason) {
    emitting = false;
    if (streaming.isEmpty() || !streaming.get().told()) {
      String version = ((SnapshotPlan) work).about().version().token();
      standing.failed(version, "rows", reason, 0, false);
    }
  }

  private Optional<SnapshotPlan> find() throws IOException {
    Optional<SnapshotPlan> left = planner.goOn();
    if (left.isPresent()) {
      return left;
    }
    try {
      DatasetInfo info = services.api.dataset(standing.id);
      if (info.deleted()) {
        return gone("it is deleted in Domo");
      }
      if (!services.selected.test(info)) {
        return gone("its name is \"" + info.name() + "\" now, which is not selected");
      }
      agenda.present();
      DatasetVersion version = services.detector.versionOf(info);
      token = version.token();
      return find(info, version);
    } catch (DomoException e) {
      if (e.kind() != Kind.NOT_FOUND) {
        throw e;
      }
      return gone(e.getMessage());
    }
  }

  private Optional<SnapshotPlan> find(DatasetInfo info, DatasetVersion version) throws IOException {
    String config = planner.config(info.name());
    Optional<Occasion> due = agenda.due(version, config, lastSentMs, services.clock.millis());
    boolean again = due.equals(Optional.of(Occasion.RECHECK));
    latest = due.isPresent() && !again ? version : null;
    if (due.isEmpty()) {
      if (agenda.state() == DatasetState.IDLE) {
        discardLeftovers();
        standing.idle();
      }
      return Optional.empty();
    }
    // A second look belongs to the run in which the version was sent.
    if (!again && !standing.gate.lets(version, agenda.position(), services.clock.instant())) {
      agenda.rest();
      return Optional.empty();
    }
    agenda.spooling();
    if (again) {
      return recheck(info, version, config);
    }
    services.metrics.versionSeen();
    return fetch(info, version, config, due.get());
  }

  private Optional<SnapshotPlan> fetch(
      DatasetInfo info, DatasetVersion version, String config, Occasion why) throws IOException {
    if (streaming.isPresent()) {
      streaming.get().run(info, version, config, why);
      return Optional.empty();
    }
    return judged(contents(info, version, config), why);
  }

  private Optional<SnapshotPlan> judged(Contents contents, Occasion why) throws IOException {
    if (planner.resumes(contents.about()) || standing.judged(contents.about(), why)) {
      return Optional.of(planner.plan(contents, why.reason()));
    }
    contents.discard();
    return Optional.empty();
  }

  /** Reads what was sent once more, now that Domo surely shows it. A spool of then is no use. */
  private Optional<SnapshotPlan> recheck(DatasetInfo info, DatasetVersion version, String config)
      throws IOException {
    if (streaming.isEmpty()) {
      return judged(services.fetch.fetch(info, version, config, services.spools), Occasion.RECHECK);
    }
    // Rows must not go out only to find that they are there already.
    Contents seen = services.fetch.fetch(info, version, config, Drafts.DISCARDED);
    if (standing.judged(seen.about(), Occasion.RECHECK)) {
      streaming.get().run(info, version, config, Occasion.RECHECK);
    }
    return Optional.empty();
  }

  private Contents contents(DatasetInfo info, DatasetVersion version, String config)
      throws IOException {
    Optional<Spool> adopted =
        services.spools.adopt(
            standing.id,
            about ->
                about.config().equals(config) && about.version().token().equals(version.token()));
    return adopted.isPresent()
        ? adopted.get()
        : services.fetch.fetch(info, version, config, services.spools);
  }

  private Optional<SnapshotPlan> gone(String why) {
    latest = null;
    return departure.gone(why);
  }

  /** A crash between the manifest and the end of its spool leaves one that nobody needs. */
  private void discardLeftovers() throws IOException {
    if (!tidy && streaming.isEmpty()) {
      services.spools.adopt(standing.id, about -> false);
      tidy = true;
    }
  }

  private void begin(SnapshotPlan plan, Consumer<Work> out) {
    emitting = true;
    out.accept(plan);
  }

  private void failed(String kind, FaultException e, long retryAfterMs) {
    standing.failed(token, kind, e.getMessage(), retryAfterMs, e.fault() != Fault.RETRY);
  }
}
