package io.writeback.domo;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * Sends versions while they are downloaded ({@code domo.spool=none}). The snapshot is handed over
 * before its first byte is there; its manifest waits for the verdict on the whole.
 */
final class Streaming {
  private final SnapshotFetch fetch;
  private final DatasetStanding standing;
  private final SnapshotPlanner planner;
  private final Consumer<SnapshotPlan> handover;
  private final Runnable wake;
  private boolean told;

  /**
   * A way to stream one DataSet.
   *
   * @param handover takes the snapshot that begins
   * @param wake tells the task's thread that there are rows
   */
  Streaming(
      SnapshotFetch fetch,
      DatasetStanding standing,
      SnapshotPlanner planner,
      Consumer<SnapshotPlan> handover,
      Runnable wake) {
    this.fetch = fetch;
    this.standing = standing;
    this.planner = planner;
    this.handover = handover;
    this.wake = wake;
  }

  /** Blocks until the last byte is here and the version is judged, or something fails. */
  void run(DatasetInfo info, DatasetVersion version, String config, Occasion why)
      throws IOException {
    told = false;
    fetch.fetch(info, version, config, subject -> begin(subject, why));
  }

  /** Whether the fetch thread knows already why the snapshot that it began had no end. */
  boolean told() {
    return told;
  }

  private SpoolDraft begin(Spool.About subject, Occasion why) {
    StreamedContents contents = new StreamedContents(subject.withoutRows(), wake);
    standing.agenda.streaming();
    handover.accept(planner.plan(contents, why.reason()));
    return new SpoolDraft(
        contents.sink(),
        new SpoolDraft.Fate() {
          @Override
          public Contents seal(Spool.About whole) {
            if (standing.judged(whole, why)) {
              standing.agenda.emitting();
              contents.verified(whole);
            } else {
              told = true;
              contents.fail("the version is not to be shown");
            }
            return contents;
          }

          @Override
          public void drop() {
            told = true;
            contents.fail("the download failed");
          }
        });
  }
}
