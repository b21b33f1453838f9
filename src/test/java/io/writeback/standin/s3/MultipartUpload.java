package io.writeback.standin.s3;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A multipart upload under way.
 *
 * @param algorithm asked for when it was created
 * @param composite whether the checksum will go over the parts' checksums
 * @param parts by number
 */
record MultipartUpload(
    String id,
    String key,
    ObjectHeaders headers,
    Optional<ChecksumAlgorithm> algorithm,
    boolean composite,
    Instant initiated,
    ConcurrentSkipListMap<Integer, Part> parts) {
  record Part(StagedBody body, Instant modified) {
    String etag() {
      return body.md5();
    }
  }

  /** Drops a part's file, or every part's. */
  void discard() {
    parts.values().forEach(part -> part.body().discard());
    parts.clear();
  }

  String checksumType() {
    return composite ? "COMPOSITE" : "FULL_OBJECT";
  }
}
