package io.writeback.redshift;

import java.net.URI;
import java.util.Optional;

/**
 * Where objects are staged.
 *
 * @param endpoint another service than AWS, or empty
 * @param pathStyle bucket in the path instead of the host name
 * @param checksums whether PUTs carry a checksum also where S3 does not ask for one
 * @param connectTimeoutMs for a connection, in ms
 * @param requestTimeoutMs for a request with all its repetitions, in ms
 */
record S3Settings(
    String bucket,
    String prefix,
    String region,
    Optional<URI> endpoint,
    boolean pathStyle,
    boolean checksums,
    Optional<AwsKeys> keys,
    int uploadThreads,
    long partBytes,
    Encryption encryption,
    Compression compression,
    long connectTimeoutMs,
    long requestTimeoutMs) {

  /**
   * How S3 encrypts objects at rest.
   *
   * @param mode bucket (whatever the bucket says), sse-s3 or sse-kms
   * @param kmsKey key for sse-kms; empty for the account's own
   */
  record Encryption(String mode, Optional<String> kmsKey) {}

  /** The address of an object in COPY. */
  String uri(String key) {
    return "s3://" + bucket + "/" + key;
  }
}
