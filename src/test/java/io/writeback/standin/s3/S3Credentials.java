package io.writeback.standin.s3;

import java.time.Instant;

/**
 * An access key.
 *
 * @param sessionToken null for a long-lived key
 * @param expires null for a long-lived key
 * @param principal whom permissions belong to: the access key itself, or a role's ARN
 */
public record S3Credentials(
    String accessKeyId,
    String secretAccessKey,
    String sessionToken,
    Instant expires,
    String principal) {
  /** A long-lived key of a user. */
  public static S3Credentials user(String accessKeyId, String secretAccessKey) {
    return new S3Credentials(accessKeyId, secretAccessKey, null, null, accessKeyId);
  }

  @Override
  public String toString() {
    return "S3Credentials[" + accessKeyId + "]";
  }
}
