package io.writeback.bigquery;

/** What becomes of NaN and the infinities, which FLOAT64 knows but not everybody who reads it. */
enum FloatPolicy {
  KEEP,
  /** They are NULL. */
  NULL,
  /** Their row is refused. */
  REJECT
}
