package io.writeback.domo;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Bytes from one thread to another, of which few wait: at most {@value #PIECES} pieces. */
final class BytePipe {
  private static final int PIECES = 16;
  private static final int PIECE_BYTES = 1 << 16;
  private static final long LOOK_MS = 100;
  private static final byte[] END = new byte[0];

  private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(PIECES);
  private volatile String broken;

  /** Makes both ends throw from now on. */
  void fail(String why) {
    broken = why;
  }

  /** For the thread that writes. Closing says that this is all. */
  OutputStream sink() {
    return new Sink();
  }

  /** For the thread that reads. */
  InputStream source() {
    return new Source();
  }

  private void check() throws IOException {
    if (broken != null) {
      throw new IOException(broken);
    }
  }

  private static IOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("the task stops");
  }

  private final class Sink extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      put(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int at = 0; at < length; at += PIECE_BYTES) {
        int end = Math.min(length, at + PIECE_BYTES);
        put(Arrays.copyOfRange(bytes, offset + at, offset + end));
      }
    }

    @Override
    public void close() throws IOException {
      put(END);
    }

    private void put(byte[] piece) throws IOException {
      try {
        do {
          check();
        } while (!pieces.offer(piece, LOOK_MS, TimeUnit.MILLISECONDS));
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }
  }

  private final class Source extends InputStream {
    private byte[] piece = new byte[0];
    private int at;
    private boolean ended;

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
      while (at == piece.length) {
        if (ended) {
          return -1;
        }
        piece = take();
        at = 0;
        ended = piece.length == 0;
      }
      int n = Math.min(length, piece.length - at);
      System.arraycopy(piece, at, buf, offset, n);
      at += n;
      return n;
    }

    private byte[] take() throws IOException {
      try {
        byte[] next = null;
        while (next == null) {
          check();
          next = pieces.poll(LOOK_MS, TimeUnit.MILLISECONDS);
        }
        return next;
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }
  }
}
