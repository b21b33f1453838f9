package io.writeback.sink;

/** When an open range is closed, and when one is full. Pure. */
record FlushPolicy(SinkSettings.Flush limits) {
  /** Whether no more should be added to ranges of this size. */
  boolean full(long rows, long encodedBytes) {
    return rows >= limits.rows() || encodedBytes >= limits.bytes();
  }

  boolean due(long rows, long encodedBytes, long ageMs) {
    return full(rows, encodedBytes) || ageMs >= limits.intervalMs();
  }
}
