package io.writeback.domo;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A version being downloaded. Closing it without {@link #seal} drops it. */
final class SpoolDraft implements AutoCloseable {
  private static final int BOM_BYTES = 3;

  private final OutputStream out;
  private final Fate fate;
  private long bytes;
  private int lastByte = -1;
  private boolean sealed;

  /**
   * A draft.
   *
   * @param out takes the text
   */
  SpoolDraft(OutputStream out, Fate fate) {
    this.out = out;
    this.fate = fate;
  }

  /** What becomes of a draft. */
  interface Fate {
    /** It is one whole version. */
    Contents seal(Spool.About about) throws IOException;

    /** It is not. */
    void drop() throws IOException;
  }

  /** Passes a download on, without a byte order mark, and keeps a copy. */
  InputStream copying(InputStream download) throws IOException {
    byte[] start = download.readNBytes(BOM_BYTES);
    boolean bom =
        start.length == BOM_BYTES
            && start[0] == (byte) 0xEF
            && start[1] == (byte) 0xBB
            && start[2] == (byte) 0xBF;
    return new Copying(download, bom ? new byte[0] : start);
  }

  /** Bytes copied so far, before compression. */
  long bytes() {
    return bytes;
  }

  /** Whether nothing came, or the last line is complete. */
  boolean endsWithLine() {
    return lastByte < 0 || lastByte == '\n' || lastByte == '\r';
  }

  /** Ends the file; what is written stays a draft until {@link #seal}. */
  void finish() throws IOException {
    out.close();
  }

  Contents seal(Spool.About about) throws IOException {
    Contents contents = fate.seal(about);
    sealed = true;
    return contents;
  }

  @Override
  public void close() throws IOException {
    if (!sealed) {
      try (out) {
        fate.drop();
      }
    }
  }

  private void copied(byte[] buf, int offset, int length) throws IOException {
    out.write(buf, offset, length);
    bytes += length;
    lastByte = buf[offset + length - 1];
  }

  private final class Copying extends FilterInputStream {
    private final byte[] start;
    private int startRead;

    Copying(InputStream in, byte[] start) {
      super(in);
      this.start = start;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buf, int offset, int length) throws IOException {
      int n;
      if (startRead < start.length) {
        n = Math.min(length, start.length - startRead);
        System.arraycopy(start, startRead, buf, offset, n);
        startRead += n;
      } else {
        n = in.read(buf, offset, length);
      }
      if (n > 0) {
        copied(buf, offset, n);
      }
      return n;
    }
  }
}
