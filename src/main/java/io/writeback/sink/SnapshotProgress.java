package io.writeback.sink;

/**
 * How much of a snapshot has been staged from one partition.
 *
 * @param firstOffset offset of its first row
 * @param highestOrdinal the largest ordinal staged or rejected; a row not above it is a redelivery
 * @param rows rows staged, distinct by ordinal
 * @param rejected rows reported to the errant-record reporter
 */
public record SnapshotProgress(long firstOffset, long highestOrdinal, long rows, long rejected) {
  /** Nothing yet, before the row at the offset. */
  public static SnapshotProgress startingAt(long offset) {
    return new SnapshotProgress(offset, 0, 0, 0);
  }

  public SnapshotProgress withRow(long ordinal) {
    return new SnapshotProgress(firstOffset, ordinal, rows + 1, rejected);
  }

  public SnapshotProgress withRejected(long ordinal) {
    return new SnapshotProgress(firstOffset, ordinal, rows, rejected + 1);
  }
}
