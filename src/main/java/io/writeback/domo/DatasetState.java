package io.writeback.domo;

/** What the source is doing with a DataSet. The ordinal is the value of the metric. */
enum DatasetState {
  /** Nothing to do. */
  IDLE,
  /** A version is being downloaded and verified. */
  SPOOLING,
  /** The token is new, the content is not: the data may follow its metadata. */
  UNCONFIRMED,
  /** Rows go out, or the manifest waits for their acknowledgement. */
  EMITTING,
  /** Stopped until something changes; the log says why. */
  HELD
}
