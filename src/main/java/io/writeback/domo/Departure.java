package io.writeback.domo;

import io.writeback.snapshot.SnapshotManifest.Reason;
import java.time.InstantSource;
import java.util.Optional;

/** What is done when Domo does not have a DataSet for us any more ({@code domo.on.deleted}). */
final class Departure {
  private final DatasetStanding standing;
  private final SnapshotPlanner planner;
  private final DomoApi api;
  private final OnDeleted rule;
  private final InstantSource clock;
  private Optional<DatasetDescription> described;

  Departure(
      DatasetStanding standing,
      SnapshotPlanner planner,
      DomoApi api,
      OnDeleted rule,
      InstantSource clock) {
    this.standing = standing;
    this.planner = planner;
    this.api = api;
    this.rule = rule;
    this.clock = clock;
    this.described = DatasetDescription.parse(standing.agenda.position().described());
  }

  /** The DataSet was sent as this. */
  void sent(Spool.About about) {
    described = Optional.of(DatasetDescription.of(about));
  }

  /**
   * It is gone.
   *
   * @param why in words
   * @return the empty version, if it is to be sent now
   */
  Optional<SnapshotPlan> gone(String why) {
    standing.agenda.absent(clock.millis());
    switch (rule) {
      case FAIL ->
          held("gone", why, "is gone and held: " + why + "; domo.on.deleted has other choices");
      case IGNORE -> {
        standing.agenda.rest();
        standing.journal.trouble("gone", "is gone and ignored (domo.on.deleted=ignore): " + why);
      }
      case EMPTY -> {
        return emptied(why);
      }
    }
    return Optional.empty();
  }

  private Optional<SnapshotPlan> emptied(String why) {
    SourcePosition position = standing.agenda.position();
    if (position.version() == null || position.isGone()) {
      standing.agenda.rest();
      standing.journal.trouble("gone", "is gone, nothing is left to be emptied: " + why);
    } else if (!standing.agenda.surelyGone(clock.millis())) {
      standing.journal.trouble(
          "going", "seems to be gone, and is emptied if that stays so: " + why);
    } else if (described.isEmpty()) {
      held(
          "unknown",
          why,
          "is gone and held: it was last sent without domo.on.deleted=empty, so that its columns"
              + " were not noted and it cannot be emptied");
    } else {
      standing.journal.trouble("gone", "is gone, and its empty version goes out: " + why);
      Spool.About about =
          described
              .get()
              .emptied(
                  standing.id,
                  planner.config(described.get().name()),
                  planner.wanted(described.get().columns()),
                  position,
                  clock.instant(),
                  api.identity());
      return Optional.of(planner.plan(Contents.empty(about), Reason.VERSION));
    }
    return Optional.empty();
  }

  private void held(String kind, String why, String message) {
    standing.agenda.failed(null, why, 0, clock.millis());
    standing.journal.lasting(kind, message);
  }
}
