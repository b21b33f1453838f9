package io.writeback.standin.s3;

import io.writeback.standin.http.HttpCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;

/** Sends a body, or does to it what a fault says. */
final class AnswerBody {
  private AnswerBody() {}

  static void send(HttpCall http, InputStream from, long length, OutputStream to, S3Fault fault)
      throws IOException {
    if (fault instanceof S3Fault.TruncateBody truncate && truncate.afterBytes() < length) {
      copy(from, to, truncate.afterBytes(), -1);
      http.cut();
    } else if (fault instanceof S3Fault.StallBody stall) {
      long before = Math.min(stall.afterBytes(), length);
      copy(from, to, before, -1);
      to.flush();
      sleep(stall.time());
      copy(from, to, length - before, -1);
    } else if (fault instanceof S3Fault.SlowBody slow) {
      long step = Math.max(1, slow.bytesPerSecond() / 20);
      for (long left = length; left > 0; left -= step) {
        copy(from, to, Math.min(step, left), -1);
        to.flush();
        sleep(Duration.ofMillis(50));
      }
    } else if (fault instanceof S3Fault.CorruptBody corrupt) {
      copy(from, to, length, Math.min(corrupt.atByte(), length - 1));
    } else {
      copy(from, to, length, -1);
    }
  }

  private static void copy(InputStream from, OutputStream to, long length, long corruptAt)
      throws IOException {
    byte[] buffer = new byte[1 << 16];
    long done = 0;
    while (done < length) {
      int n = from.read(buffer, 0, (int) Math.min(buffer.length, length - done));
      if (n < 0) {
        throw new IOException("the object's file is short");
      }
      if (corruptAt >= done && corruptAt < done + n) {
        buffer[(int) (corruptAt - done)] ^= 1;
      }
      to.write(buffer, 0, n);
      done += n;
    }
  }

  static void sleep(Duration time) throws InterruptedIOException {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the stand-in closes");
    }
  }
}
