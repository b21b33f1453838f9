package io.writeback.domo;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * A stream in segments of AES-GCM. The nonce of a segment is its number and whether it is the last,
 * so that a file in which segments are missing, moved or cut off does not open. The key must be of
 * this stream alone.
 */
final class SealedSegments {
  static final int SEGMENT_BYTES = 1 << 16;

  private static final int TAG_BYTES = 16;

  private SealedSegments() {}

  private static byte[] crypt(
      int mode, SecretKey key, long number, boolean last, byte[] bytes, int length)
      throws IOException {
    byte[] nonce = ByteBuffer.allocate(12).putLong(number).putInt(last ? 1 : 0).array();
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
      return cipher.doFinal(bytes, 0, length);
    } catch (GeneralSecurityException e) {
      throw new IOException("the file is damaged, or was encrypted by another process", e);
    }
  }

  /** Closing it writes the last segment. */
  static final class Writer extends FilterOutputStream {
    private final SecretKey key;
    private final byte[] segment = new byte[SEGMENT_BYTES];
    private int filled;
    private long number;
    private boolean ended;

    Writer(OutputStream out, SecretKey key) {
      super(out);
      this.key = key;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int at = offset;
      int end = offset + length;
      while (at < end) {
        if (filled == SEGMENT_BYTES) {
          put(false);
        }
        int n = Math.min(end - at, SEGMENT_BYTES - filled);
        System.arraycopy(bytes, at, segment, filled, n);
        filled += n;
        at += n;
      }
    }

    @Override
    public void close() throws IOException {
      if (!ended) {
        ended = true;
        try (OutputStream file = out) {
          put(true);
          file.flush();
        }
      }
    }

    private void put(boolean last) throws IOException {
      out.write(crypt(Cipher.ENCRYPT_MODE, key, number++, last, segment, filled));
      filled = 0;
    }
  }

  /** Gives out what is authentic, and throws where the rest is not. */
  static final class Reader extends FilterInputStream {
    private final SecretKey key;
    private byte[] sealed;
    private byte[] open = new byte[0];
    private int at;
    private long number;

    Reader(InputStream in, SecretKey key) throws IOException {
      super(in);
      this.key = key;
      this.sealed = in.readNBytes(SEGMENT_BYTES + TAG_BYTES);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buf, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (at == open.length) {
        if (sealed == null) {
          return -1;
        }
        if (sealed.length < TAG_BYTES) {
          throw new IOException("the file is cut off");
        }
        byte[] following = in.readNBytes(SEGMENT_BYTES + TAG_BYTES);
        boolean last = following.length == 0;
        open = crypt(Cipher.DECRYPT_MODE, key, number++, last, sealed, sealed.length);
        sealed = last ? null : following;
        at = 0;
      }
      int n = Math.min(length, open.length - at);
      System.arraycopy(open, at, buf, offset, n);
      at += n;
      return n;
    }

    @Override
    public int available() {
      return open.length - at;
    }

    @Override
    public long skip(long n) throws IOException {
      return Math.max(0, read(new byte[(int) Math.min(n, SEGMENT_BYTES)]));
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
