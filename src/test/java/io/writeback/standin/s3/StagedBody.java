package io.writeback.standin.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A body on disk that is no object yet.
 *
 * @param md5 in hex
 */
record StagedBody(Path file, long size, String md5, Checksum checksum) {
  /** A checksum in base64. */
  record Checksum(ChecksumAlgorithm algorithm, String value) {}

  /**
   * Writes a stream to a file; on failure nothing stays.
   *
   * @param diskBytes fails as a full disk does after so many bytes
   */
  static StagedBody write(Path file, InputStream in, ChecksumAlgorithm algorithm, long diskBytes)
      throws IOException {
    MessageDigest md5 = SigV4.digest("MD5");
    ChecksumAlgorithm.Running checksum = algorithm.begin();
    long size = 0;
    boolean done = false;
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        size += n;
        if (size > diskBytes) {
          throw new S3Error(S3ErrorCode.INTERNAL_ERROR, "No space left on device");
        }
        md5.update(buffer, 0, n);
        checksum.update(buffer, 0, n);
        out.write(buffer, 0, n);
      }
      done = true;
    } finally {
      if (!done) {
        Files.deleteIfExists(file);
      }
    }
    return new StagedBody(
        file,
        size,
        HexFormat.of().formatHex(md5.digest()),
        new Checksum(algorithm, checksum.base64()));
  }

  void discard() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
