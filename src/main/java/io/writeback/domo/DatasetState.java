package io.writeback.domo;

/** What the source is doing with a DataSet. */
enum DatasetState {
  /** Nothing to do. */
  IDLE(0),
  /** A version is being downloaded and verified. */
  SPOOLING(1),
  /** The token is new, the content is not: the data may follow its metadata. */
  UNCONFIRMED(2),
  /** Rows go out, or the manifest waits for their acknowledgement. */
  EMITTING(3),
  /** Stopped until something changes; the log says why. */
  HELD(4);

  private final int code;

  DatasetState(int code) {
    this.code = code;
  }

  /** The value of the metric. */
  int code() {
    return code;
  }
}
