package io.writeback.standin.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** The checksums that S3 verifies and keeps (S3 guide, checking-object-integrity). */
enum ChecksumAlgorithm {
  CRC32(4),
  CRC32C(4),
  CRC64NVME(8),
  SHA1(20),
  SHA256(32);

  private final int bytes;

  ChecksumAlgorithm(int bytes) {
    this.bytes = bytes;
  }

  String header() {
    return "x-amz-checksum-" + name().toLowerCase(Locale.ROOT);
  }

  /** Such as ChecksumCRC32C, the element in XML. */
  String element() {
    return "Checksum" + name();
  }

  /** Whether parts can be joined into the checksum of the whole; a hash only goes over hashes. */
  boolean isCrc() {
    return bytes < 20;
  }

  boolean isValid(String base64) {
    try {
      return Base64.getDecoder().decode(base64).length == bytes;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static Optional<ChecksumAlgorithm> ofName(String name) {
    return Arrays.stream(values()).filter(a -> a.name().equalsIgnoreCase(name)).findFirst();
  }

  static Optional<ChecksumAlgorithm> ofHeader(String header) {
    return Arrays.stream(values()).filter(a -> a.header().equalsIgnoreCase(header)).findFirst();
  }

  /** A running checksum. */
  interface Running {
    void update(byte[] bytes, int off, int len);

    String base64();
  }

  Running begin() {
    return switch (this) {
      case CRC32 -> crc(new CRC32());
      case CRC32C -> crc(new CRC32C());
      case CRC64NVME -> crc(new Crc64Nvme());
      case SHA1 -> hash(SigV4.digest("SHA-1"));
      case SHA256 -> hash(SigV4.digest("SHA-256"));
    };
  }

  private Running crc(Checksum checksum) {
    int size = bytes;
    return new Running() {
      @Override
      public void update(byte[] data, int off, int len) {
        checksum.update(data, off, len);
      }

      @Override
      public String base64() {
        byte[] value = ByteBuffer.allocate(8).putLong(checksum.getValue()).array();
        return Base64.getEncoder().encodeToString(Arrays.copyOfRange(value, 8 - size, 8));
      }
    };
  }

  private static Running hash(MessageDigest digest) {
    return new Running() {
      @Override
      public void update(byte[] data, int off, int len) {
        digest.update(data, off, len);
      }

      @Override
      public String base64() {
        return Base64.getEncoder().encodeToString(digest.digest());
      }
    };
  }
}
