package io.writeback.bigquery;

import io.writeback.sink.BadRowException;

/** What becomes of NaN and the infinities. */
enum FloatPolicy {
  KEEP,
  /** They are NULL. */
  NULL,
  /** Their rows are refused. */
  REJECT;

  /** The same for elements of an array, which keeps no NULL. */
  FloatPolicy inArray() {
    return this == NULL ? REJECT : this;
  }

  BadRowException refusal() {
    return new BadRowException(
        "a number is NaN or infinite, which bigquery.float.special=reject refuses, and so does null"
            + " inside of an array");
  }
}
