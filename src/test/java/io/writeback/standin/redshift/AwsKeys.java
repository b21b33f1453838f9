package io.writeback.standin.redshift;

/**
 * Credentials for S3.
 *
 * @param sessionToken null for long-lived keys
 */
public record AwsKeys(String accessKeyId, String secretAccessKey, String sessionToken) {
  public static AwsKeys of(String accessKeyId, String secretAccessKey) {
    return new AwsKeys(accessKeyId, secretAccessKey, null);
  }

  @Override
  public String toString() {
    return "AwsKeys[" + accessKeyId + "]";
  }
}
