package io.writeback.standin.s3;

/**
 * What is asked, as fault plans and the request log see it.
 *
 * @param bucket empty if none
 * @param key decoded; empty if none
 */
public record S3Request(S3Operation operation, String bucket, String key) {
  public boolean is(S3Operation wanted) {
    return operation == wanted;
  }
}
