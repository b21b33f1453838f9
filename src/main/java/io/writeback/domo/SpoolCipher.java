package io.writeback.domo;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * How spool files are written: as they are, or encrypted with a key that only this process has and
 * that ends with it. Each file has a key of its own, derived with a random salt, so that counters
 * can serve as nonces.
 */
abstract sealed class SpoolCipher {
  /** As they are. */
  static final SpoolCipher NONE = new None();

  static final int SALT_BYTES = 16;

  private SpoolCipher() {}

  /** With the key of this process. */
  static SpoolCipher ofProcess() {
    return OfProcess.KEY;
  }

  /** With a key of its own, as another process would have it. */
  static SpoolCipher fresh() {
    return new Keyed();
  }

  abstract OutputStream writing(OutputStream file) throws IOException;

  abstract InputStream reading(InputStream file) throws IOException;

  final byte[] sealed(byte[] text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = writing(bytes)) {
      out.write(text);
    }
    return bytes.toByteArray();
  }

  final byte[] opened(byte[] bytes) throws IOException {
    try (InputStream in = reading(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }

  private static final class OfProcess {
    static final SpoolCipher KEY = new Keyed();
  }

  private static final class None extends SpoolCipher {
    @Override
    OutputStream writing(OutputStream file) {
      return file;
    }

    @Override
    InputStream reading(InputStream file) {
      return file;
    }
  }

  private static final class Keyed extends SpoolCipher {
    private final SecretKey master;

    Keyed() {
      try {
        KeyGenerator generator = KeyGenerator.getInstance("HmacSHA256");
        generator.init(256);
        master = generator.generateKey();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has HmacSHA256", e);
      }
    }

    @Override
    OutputStream writing(OutputStream file) throws IOException {
      byte[] salt = new byte[SALT_BYTES];
      new SecureRandom().nextBytes(salt);
      file.write(salt);
      return new SealedSegments.Writer(file, key(salt));
    }

    @Override
    InputStream reading(InputStream file) throws IOException {
      byte[] salt = file.readNBytes(SALT_BYTES);
      if (salt.length < SALT_BYTES) {
        throw new IOException("the file is cut off");
      }
      return new SealedSegments.Reader(file, key(salt));
    }

    private SecretKey key(byte[] salt) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(master);
        return new SecretKeySpec(mac.doFinal(salt), "AES");
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has HmacSHA256", e);
      }
    }
  }
}
