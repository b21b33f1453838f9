package io.writeback.domo;

import io.writeback.snapshot.SnapshotManifest.Reason;

/** Why a version is downloaded. */
enum Occasion {
  /** Nothing of the DataSet was ever sent. */
  FIRST(Reason.FIRST),
  /** Its version is another one than the last sent. */
  VERSION(Reason.VERSION),
  /** It is wanted again: under other settings, at an interval, or because it did not end. */
  RESEND(Reason.RESEND),
  /** It was sent while Domo may still have shown older data under its name. */
  RECHECK(Reason.VERSION);

  private final Reason reason;

  Occasion(Reason reason) {
    this.reason = reason;
  }

  /** What the manifest says, if the version is sent. */
  Reason reason() {
    return reason;
  }
}
