package io.writeback.sink;

/** What a sink does with rows. */
public enum WriteMode {
  /** Adds them. Rows of a snapshot wait for its manifest and are added once per version. */
  APPEND,
  /** Keeps the last row of each key. */
  UPSERT,
  /** The table always shows one whole snapshot. */
  OVERWRITE,
  /** Each snapshot becomes a table of its own. */
  CREATE
}
