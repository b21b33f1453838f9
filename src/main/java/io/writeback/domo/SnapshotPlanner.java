package io.writeback.domo;

import io.writeback.domo.SourcePosition.Progress;
import io.writeback.snapshot.SnapshotIds;
import io.writeback.snapshot.SnapshotManifest.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes snapshots of versions, new ones or the one that an earlier run began. */
final class SnapshotPlanner {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotPlanner.class);

  private final String id;
  private final DatasetAgenda agenda;
  private final DatasetSettings settings;
  private final SpoolDirectory spools;
  private final SnapshotIds ids;
  private Optional<Progress> unfinished;

  /**
   * A planner.
   *
   * @param resume whether a snapshot may go on where an earlier run ended: only a worker with
   *     exactly-once support keeps the offset of exactly the rows that are there
   */
  SnapshotPlanner(
      String id,
      DatasetAgenda agenda,
      DatasetSettings settings,
      SpoolDirectory spools,
      SnapshotIds ids,
      boolean resume) {
    this.id = id;
    this.agenda = agenda;
    this.settings = settings;
    this.spools = spools;
    this.ids = ids;
    this.unfinished = agenda.position().progress().filter(progress -> resume);
  }

  /** Fingerprint of what makes records of the DataSet under that name. */
  String config(String name) {
    return settings.fingerprint(id, settings.topic(id, name));
  }

  /** Fingerprint of the wanted ones of these columns. */
  String wanted(List<DomoColumn> columns) {
    return DomoColumn.fingerprint(settings.selection(id, columns).columns());
  }

  /** A spool of the unfinished snapshot on this disk is enough: Domo may have moved on. */
  Optional<SnapshotPlan> goOn() throws IOException {
    if (unfinished.isEmpty()) {
      return Optional.empty();
    }
    Optional<Spool> spool = spools.adopt(id, about -> resumes(about, config(about.name())));
    if (spool.isEmpty()) {
      return Optional.empty();
    }
    String token = spool.get().about().version().token();
    Reason reason =
        agenda.position().version() == null
            ? Reason.FIRST
            : token.equals(agenda.position().version()) ? Reason.RESEND : Reason.VERSION;
    return Optional.of(plan(spool.get(), reason));
  }

  /** Whether this is the version that the unfinished snapshot is of, in the same order of rows. */
  boolean resumes(Spool.About version) {
    return resumes(version, config(version.name()));
  }

  private boolean resumes(Spool.About version, String config) {
    return unfinished.isPresent()
        && config.equals(agenda.position().config())
        && version.config().equals(config)
        && version.version().token().equals(unfinished.get().version())
        && version.ordered() != null
        && version.ordered().equals(unfinished.get().hash());
  }

  SnapshotPlan plan(Contents contents, Reason reason) {
    Spool.About about = contents.about();
    boolean resumed = resumes(about);
    SnapshotPlan plan =
        new SnapshotPlan(
            contents,
            settings.shape(about),
            settings.topic(id, about.name()),
            resumed ? unfinished.get().snapshot() : ids.next(),
            reason,
            agenda.position(),
            about.config(),
            settings.cursor(id).isPresent()
                ? settings.cursorFingerprint(id, settings.topic(id, about.name()))
                : about.config(),
            resumed ? unfinished.get().row() : 0,
            agenda.recheckMs(about),
            settings.onDeleted() == OnDeleted.EMPTY);
    unfinished = Optional.empty();
    LOG.info(
        "DataSet {} ({}): emitting snapshot {} of {} rows to {}, {}{}",
        id,
        about.name(),
        plan.snapshot(),
        about.rows() < 0 ? "unknown" : about.rows(),
        plan.topic(),
        reason,
        plan.resumed() ? ", going on after row " + plan.resumeAfter() : "");
    return plan;
  }
}
