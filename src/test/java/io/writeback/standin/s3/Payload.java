package io.writeback.standin.s3;

import io.writeback.standin.http.HttpCall;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request's body, verified as it is read: reading to the end throws {@link S3Error} if what came
 * is not what was signed.
 */
final class Payload {
  static final String UNSIGNED = "UNSIGNED-PAYLOAD";
  static final String SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  static final String SIGNED_CHUNKS_TRAILER = SIGNED_CHUNKS + "-TRAILER";
  static final String UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

  private final InputStream stream;
  private final ChunkedPayload chunks;
  private final OptionalLong length;

  private Payload(InputStream stream, ChunkedPayload chunks, OptionalLong length) {
    this.stream = stream;
    this.chunks = chunks;
    this.length = length;
  }

  static Payload of(HttpCall call, SignatureCheck.Verified verified) {
    String kind = verified.payload();
    boolean signed = kind.equals(SIGNED_CHUNKS) || kind.equals(SIGNED_CHUNKS_TRAILER);
    if (signed || kind.equals(UNSIGNED_TRAILER)) {
      long decoded =
          number(call.header("X-Amz-Decoded-Content-Length"))
              .orElseThrow(() -> new S3Error(S3ErrorCode.MISSING_CONTENT_LENGTH));
      Optional<String> trailer =
          kind.equals(SIGNED_CHUNKS) ? Optional.empty() : call.header("X-Amz-Trailer");
      ChunkedPayload chunks =
          new ChunkedPayload(
              call.body(), decoded, trailer, signed ? ChunkSignatures.of(verified) : null);
      return new Payload(chunks, chunks, OptionalLong.of(decoded));
    }
    OptionalLong length = number(call.header("Content-Length"));
    if (kind.equals(UNSIGNED)) {
      return new Payload(call.body(), null, length);
    }
    if (kind.length() != 64 || !kind.chars().allMatch(HexFormat::isHexDigit)) {
      throw new S3Error(
          S3ErrorCode.INVALID_ARGUMENT,
          "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING- value that is known here,"
              + " or a valid sha256 value.");
    }
    return new Payload(new HashedBody(call.body(), kind), null, length);
  }

  InputStream stream() {
    return stream;
  }

  /** The length announced for the decoded body. */
  long length() {
    return length.orElseThrow(() -> new S3Error(S3ErrorCode.MISSING_CONTENT_LENGTH));
  }

  /** Trailing headers, once the body has been read to its end. */
  Map<String, String> trailers() {
    return chunks == null ? Map.of() : chunks.trailers();
  }

  byte[] readAll(int limit) throws IOException {
    byte[] bytes = stream.readNBytes(limit + 1);
    if (bytes.length > limit) {
      throw new S3Error(S3ErrorCode.MALFORMED_XML);
    }
    return bytes;
  }

  private static OptionalLong number(Optional<String> header) {
    try {
      return header.isEmpty()
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseUnsignedLong(header.get()));
    } catch (NumberFormatException e) {
      throw new S3Error(S3ErrorCode.INVALID_ARGUMENT);
    }
  }

  /** A body whose SHA-256 the head announced. */
  private static final class HashedBody extends InputStream {
    private final InputStream in;
    private final String expected;
    private final MessageDigest digest = SigV4.digest("SHA-256");
    private boolean ended;

    HashedBody(InputStream in, String expected) {
      this.in = in;
      this.expected = expected;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int off, int len) throws IOException {
      int n = in.read(buffer, off, len);
      if (n > 0) {
        digest.update(buffer, off, n);
      } else if (n < 0 && !ended) {
        ended = true;
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(expected)) {
          throw new S3Error(
              S3ErrorCode.X_AMZ_CONTENT_SHA256_MISMATCH,
              S3ErrorCode.X_AMZ_CONTENT_SHA256_MISMATCH.message(),
              Map.of("ClientComputedContentSHA256", expected, "S3ComputedContentSHA256", found));
        }
      }
      return n;
    }
  }
}
