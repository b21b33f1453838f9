package io.writeback.domo;

import io.writeback.domo.CursorQuery.Bound;
import io.writeback.domo.DomoException.Kind;
import io.writeback.domo.SourcePosition.Cursor;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one DataSet for rows behind its cursor, and hands over a page of them after the other.
 */
final class IncrementalWatch implements Watch {
  private static final Logger LOG = LoggerFactory.getLogger(IncrementalWatch.class);

  private final Services services;
  private final String id;
  private final CursorPace pace;
  private final CursorStart start;
  private final CursorAudit audit;
  private final Attempts attempts;
  private final RunGate gate;
  private SourcePosition position;

  /** What is being read, and behind which row; null between two looks. */
  private CursorSource source;

  private Bound scan;
  private Instant began;
  private boolean outdated;
  private boolean waiting;
  private boolean emitting;
  private volatile DatasetState state = DatasetState.IDLE;
  private volatile DatasetVersion latest;

  IncrementalWatch(
      Services services, String id, SourcePosition position, DatasetJournal journal, RunGate gate) {
    this.services = services;
    this.id = id;
    this.position = position;
    this.pace =
        new CursorPace(services.policy.settleMs(), services.pollMs, services.cursors.delayMs() > 0);
    this.start = new CursorStart(services.cursors, services.probe);
    this.audit = new CursorAudit(services.probe, start);
    this.gate = gate;
    this.attempts =
        new Attempts(journal, services.policy.backoff(), services.random, services.metrics);
  }

  /**
   * What a watch works with.
   *
   * @param pollMs how often to look where versions do not tell
   * @param selected whether a DataSet is one that the connector reads
   * @param wholeFirst whether to start over means a snapshot, which is made elsewhere
   */
  record Services(
      DomoApi api,
      VersionDetector detector,
      PageFetch pages,
      CursorProbe probe,
      DatasetSettings settings,
      CursorSettings cursors,
      SourceMetrics metrics,
      InstantSource clock,
      RandomGenerator random,
      DatasetAgenda.Policy policy,
      long pollMs,
      Predicate<DatasetInfo> selected,
      boolean wholeFirst) {}

  @Override
  public String id() {
    return id;
  }

  @Override
  public DatasetState state() {
    return state;
  }

  @Override
  public double lagMs() {
    DatasetVersion version = latest;
    return version == null || version.time() == null
        ? 0
        : Math.max(0, services.clock.millis() - version.time().toEpochMilli());
  }

  /** Rows that have no place in the order, as counted last. */
  long withoutPlace() {
    return audit.withoutPlace();
  }

  @Override
  public boolean paging() {
    return true;
  }

  @Override
  public boolean emitting() {
    return emitting;
  }

  @Override
  public void run() {
    gate.open();
    waiting = false;
  }

  @Override
  public long nextAttemptMs() {
    if (waiting && !attempts.failing()) {
      return Long.MAX_VALUE;
    }
    return attempts.failing() ? attempts.nextMs() : pace.nextMs();
  }

  /** The position that a snapshot must replace first, as the settings changed. */
  Optional<SourcePosition> outdated() {
    return outdated ? Optional.of(position.withoutCursor()) : Optional.empty();
  }

  @Override
  public Optional<Page> look() {
    if (emitting || services.clock.millis() < attempts.nextMs()) {
      return Optional.empty();
    }
    try {
      Optional<Page> page = source == null ? describe() : read();
      attempts.succeeded();
      return page;
    } catch (VerificationException e) {
      services.metrics.verificationFailed(e.kind());
      failed(e.kind().label(), e, 0);
    } catch (DomoException e) {
      if (e.kind().locksOut()) {
        throw e;
      }
      failed(e.kind().label(), e, e.retryAfterMs());
    } catch (FaultException e) {
      failed("configuration", e, 0);
    }
    return Optional.empty();
  }

  @Override
  public void completed(Work work) {
    Page page = (Page) work;
    emitting = false;
    position = page.after();
    if (page.more()) {
      scan = new Bound(page.end(), false);
    } else {
      caughtUp();
    }
  }

  @Override
  public void abandoned(Work work, String reason) {
    emitting = false;
    source = null;
    state = DatasetState.HELD;
    attempts.stop(reason);
  }

  /** Looks at the DataSet, and at its rows if there may be new ones. */
  private Optional<Page> describe() {
    Instant now = services.clock.instant();
    DatasetInfo info = services.api.dataset(id);
    if (info.deleted()) {
      throw new DomoException(Kind.NOT_FOUND, "it is deleted in Domo", null);
    }
    if (!services.selected.test(info)) {
      throw new DomoException(
          Kind.NOT_FOUND, "its name is \"" + info.name() + "\" now, which is not selected", null);
    }
    DatasetVersion version = services.detector.versionOf(info);
    waiting = !gate.lets(version, position, now);
    if (waiting) {
      state = DatasetState.IDLE;
      return Optional.empty();
    }
    String token = version.time() == null ? null : version.token();
    if (!attempts.failing() && !pace.due(token, now.toEpochMilli())) {
      state = DatasetState.IDLE;
      return Optional.empty();
    }
    latest = version;
    state = DatasetState.SPOOLING;
    CursorSource described =
        CursorSource.of(info, version.token(), services.api.columns(info), services.settings.cursorNames(id), services.settings);
    if (!fits(described)) {
      return Optional.empty();
    }
    audit.look(described, position);
    scan = start.bound(described, position, now);
    began = now;
    source = described;
    return read();
  }

  private Optional<Page> read() {
    Object limit = services.cursors.limit(source.cursor().cursor(), began);
    Optional<Page> page =
        services.pages.fetch(source, scan, limit, position, start.floor(position));
    if (page.isEmpty()) {
      caughtUp();
      return page;
    }
    Page rows = page.get();
    emitting = true;
    state = DatasetState.EMITTING;
    services.metrics.pageRead(id, rows.rows().size());
    LOG.info(
        "DataSet {} ({}): {} rows to {} up to {}{}",
        id,
        rows.name(),
        rows.rows().size(),
        rows.topic(),
        rows.rows().get(rows.rows().size() - 1).reached(),
        rows.more() ? ", more follow" : "");
    return page;
  }

  private void caughtUp() {
    pace.caughtUp(began.toEpochMilli());
    gate.close();
    source = null;
    latest = null;
    state = DatasetState.IDLE;
  }

  /** Whether the stored position was made under these settings and these columns. */
  private boolean fits(CursorSource now) {
    if (position.config() != null && !position.config().equals(now.config())) {
      if (!services.cursors.restart()) {
        throw FaultException.configuration(
            "settings that shape its records changed since its offset was stored. Set them back, or"
                + " set domo.on.config.change=restart to read it from the start, or reset its"
                + " offset",
            null);
      }
      LOG.warn("DataSet {}: the settings changed, reading it from the start", id);
      outdated = services.wholeFirst;
      if (outdated) {
        state = DatasetState.IDLE;
        return false;
      }
      position = SourcePosition.NONE;
      return true;
    }
    String before = position.cursor().map(Cursor::columns).orElse(null);
    if (!services.policy.guards().schemaMayChange()
        && before != null
        && !before.equals(now.columns())) {
      throw FaultException.configuration(
          "the columns changed and domo.schema.change is fail: set it to evolve to let them", null);
    }
    return true;
  }

  private void failed(String kind, FaultException e, long retryAfterMs) {
    boolean ignored =
        kind.equals(Kind.NOT_FOUND.label()) && services.settings.onDeleted() == OnDeleted.IGNORE;
    source = null;
    state = DatasetState.HELD;
    attempts.failed(
        kind,
        e.getMessage(),
        retryAfterMs,
        services.clock.millis(),
        e.fault() != Fault.RETRY && !ignored);
  }
}
