package io.writeback.domo;

import io.writeback.snapshot.SnapshotManifest.Reason;
import java.util.Optional;

/**
 * A snapshot that is ready to be emitted.
 *
 * @param topic for its rows
 * @param snapshot its id
 * @param before the position that it follows
 * @param config fingerprint of the settings
 * @param configAfter fingerprint of the settings that count once it is complete
 * @param resumeAfter ordinal of the last row that an earlier run has sent for good, 0 for none
 * @param recheckMs when the version must be looked at again, or null
 * @param describes whether the position is to keep a description of the DataSet
 */
record SnapshotPlan(
    Contents contents,
    RecordShape shape,
    String topic,
    String snapshot,
    Reason reason,
    SourcePosition before,
    String config,
    String configAfter,
    long resumeAfter,
    Long recheckMs,
    boolean describes)
    implements Work {
  @Override
  public String dataset() {
    return about().dataset();
  }

  Spool.About about() {
    return contents.about();
  }

  /** Whether acknowledgements of an earlier run are gone. */
  boolean resumed() {
    return resumeAfter > 0;
  }

  /** The position once the manifest is acknowledged. */
  SourcePosition after() {
    Spool.About about = about();
    return new SourcePosition(
        configAfter,
        about.version().token(),
        about.version().time() == null ? null : (Long) about.version().time().toEpochMilli(),
        snapshot,
        about.rows(),
        about.content(),
        Optional.empty(),
        Optional.ofNullable(about.highest()),
        describes ? DatasetDescription.of(about).text() : null,
        recheckMs);
  }
}
