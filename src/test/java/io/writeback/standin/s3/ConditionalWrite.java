package io.writeback.standin.s3;

/** A write under way, from its first byte to its commit. State is guarded by the bucket. */
final class ConditionalWrite implements AutoCloseable {
  private final Bucket bucket;
  private final WriteCondition condition;
  private final String key;
  private boolean conflicted;

  ConditionalWrite(Bucket bucket, WriteCondition condition, String key) {
    this.bucket = bucket;
    this.condition = condition;
    this.key = key;
  }

  WriteCondition condition() {
    return condition;
  }

  String key() {
    return key;
  }

  /** A delete of the same key went through in the meantime. */
  void conflict() {
    conflicted = true;
  }

  boolean conflicted() {
    return conflicted;
  }

  @Override
  public void close() {
    bucket.end(this);
  }
}
