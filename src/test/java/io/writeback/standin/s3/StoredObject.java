package io.writeback.standin.s3;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One version of an object; its file is never written again.
 *
 * @param etag without quotes
 * @param composite whether the checksum goes over the parts' checksums
 */
record StoredObject(
    String key,
    Path file,
    long size,
    String etag,
    Instant modified,
    ObjectHeaders headers,
    Optional<StagedBody.Checksum> checksum,
    boolean composite) {
  StoredObject modified(Instant time) {
    return new StoredObject(key, file, size, etag, time, headers, checksum, composite);
  }

  String quotedEtag() {
    return '"' + etag + '"';
  }

  String checksumType() {
    return composite ? "COMPOSITE" : "FULL_OBJECT";
  }

  /** The headers that tell the checksum. */
  void addChecksum(Map<String, String> to) {
    checksum.ifPresent(
        c -> {
          to.put(c.algorithm().header(), c.value());
          to.put("x-amz-checksum-type", checksumType());
        });
  }

  /** The elements that tell the checksum. */
  void addChecksum(XmlText to) {
    checksum.ifPresent(
        c ->
            to.element(c.algorithm().element(), c.value()).element("ChecksumType", checksumType()));
  }
}
