package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;

/** The chain of chunk signatures, each over the one before (S3 API, sigv4-streaming). */
final class ChunkSignatures {
  private final byte[] key;
  private final String prefix;
  private String previous;

  ChunkSignatures(byte[] key, String timestamp, SigV4.Scope scope, String seed) {
    this.key = key.clone();
    this.prefix = "\n" + timestamp + "\n" + scope + "\n";
    this.previous = seed;
  }

  static ChunkSignatures of(SignatureCheck.Verified verified) {
    return new ChunkSignatures(
        verified.signingKey(),
        verified.authorization().timestamp(),
        verified.authorization().scope(),
        verified.signature());
  }

  void checkChunk(String signature, String chunkHash) {
    check(
        signature,
        "AWS4-HMAC-SHA256-PAYLOAD"
            + prefix
            + previous
            + "\n"
            + SigV4.EMPTY_HASH
            + "\n"
            + chunkHash);
  }

  /**
   * Checks the trailer.
   *
   * @param trailers one line {@code name:value\n} each
   */
  void checkTrailer(String signature, String trailers) {
    check(
        signature,
        "AWS4-HMAC-SHA256-TRAILER"
            + prefix
            + previous
            + "\n"
            + SigV4.sha256(trailers.getBytes(UTF_8)));
  }

  private void check(String signature, String toSign) {
    String expected = SigV4.sign(key, toSign);
    if (!MessageDigest.isEqual(expected.getBytes(UTF_8), signature.getBytes(UTF_8))) {
      throw new S3Error(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH);
    }
    previous = expected;
  }
}
