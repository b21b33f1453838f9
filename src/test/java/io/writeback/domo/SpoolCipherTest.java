package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolCipherTest {
  private static final int SEGMENT = SealedSegments.SEGMENT_BYTES;
  private static final int SEALED = SEGMENT + 16;

  private final SpoolCipher cipher = SpoolCipher.fresh();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 3 * SEGMENT + 7})
  void whatIsWrittenIsRead(int length) throws IOException {
    byte[] text = noise(length);
    assertArrayEquals(text, cipher.opened(cipher.sealed(text)));
  }

  @Test
  void nothingOfTheTextShowsAndEqualTextsDiffer() throws IOException {
    byte[] text = "secret secret secret".getBytes(StandardCharsets.UTF_8);
    byte[] sealed = cipher.sealed(text);
    assertFalse(new String(sealed, StandardCharsets.ISO_8859_1).contains("secret"));
    assertFalse(Arrays.equals(sealed, cipher.sealed(text)));
  }

  @Test
  void anotherProcessCannotRead() throws IOException {
    byte[] sealed = cipher.sealed(noise(100));
    assertThrows(IOException.class, () -> SpoolCipher.fresh().opened(sealed));
  }

  @Test
  void aBitACutAMissingAndAMovedSegmentAreNoticed() throws IOException {
    byte[] sealed = cipher.sealed(noise(3 * SEGMENT));
    int salt = SpoolCipher.SALT_BYTES;
    byte[] bit = sealed.clone();
    bit[salt + SEALED + 5] ^= 1;
    unreadable(bit);
    unreadable(Arrays.copyOf(sealed, sealed.length - 1));
    unreadable(Arrays.copyOf(sealed, salt + 2 * SEALED));
    unreadable(Arrays.copyOf(sealed, salt));
    unreadable(Arrays.copyOf(sealed, 3));
    byte[] moved = sealed.clone();
    System.arraycopy(sealed, salt, moved, salt + SEALED, SEALED);
    System.arraycopy(sealed, salt + SEALED, moved, salt, SEALED);
    unreadable(moved);
  }

  private void unreadable(byte[] sealed) {
    assertThrows(IOException.class, () -> cipher.opened(sealed));
  }

  private static byte[] noise(int length) {
    byte[] text = new byte[length];
    new Random(length).nextBytes(text);
    return text;
  }
}
