package io.writeback.standin.domo;

import io.writeback.standin.http.HttpCall;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A body on its way to the client, harmed as its fault says. */
final class FaultyBody extends OutputStream {
  private final HttpCall call;
  private final OutputStream out;
  private final DomoFault fault;
  private final Stalls stalls;
  private long position;
  private boolean harmed;

  private FaultyBody(HttpCall call, OutputStream out, DomoFault fault, Stalls stalls) {
    this.call = call;
    this.out = out;
    this.fault = fault;
    this.stalls = stalls;
  }

  /** The stream itself if the fault does not harm bytes. */
  static OutputStream over(HttpCall call, OutputStream out, DomoFault fault, Stalls stalls) {
    return fault instanceof DomoFault.Cut
            || fault instanceof DomoFault.Stall
            || fault instanceof DomoFault.Drip
        ? new FaultyBody(call, out, fault, stalls)
        : out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int off, int len) throws IOException {
    if (fault instanceof DomoFault.Drip drip) {
      drip(bytes, off, len, drip.bytes(), drip.pause());
      return;
    }
    long at =
        fault instanceof DomoFault.Cut cut ? cut.atByte() : ((DomoFault.Stall) fault).atByte();
    if (harmed || position + len < at) {
      pass(bytes, off, len);
      return;
    }
    harmed = true;
    int before = (int) (at - position);
    pass(bytes, off, before);
    out.flush();
    if (fault instanceof DomoFault.Cut cut) {
      end(cut.byReset());
    }
    stalls.await(((DomoFault.Stall) fault).upTo());
    pass(bytes, off + before, len - before);
  }

  private void end(boolean byReset) throws IOException {
    if (byReset) {
      call.reset();
    } else {
      call.cut();
    }
    throw new IOException("the body ends here by an armed fault");
  }

  private void drip(byte[] bytes, int off, int len, int piece, Duration pause) throws IOException {
    for (int done = 0; done < len; done += piece) {
      pass(bytes, off + done, Math.min(piece, len - done));
      out.flush();
      stalls.await(pause);
    }
  }

  private void pass(byte[] bytes, int off, int len) throws IOException {
    out.write(bytes, off, len);
    position += len;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** Where bodies wait. */
  static final class Stalls {
    private long releases;

    synchronized void await(Duration upTo) throws IOException {
      long end = System.nanoTime() + upTo.toNanos();
      long seen = releases;
      try {
        for (long left = upTo.toNanos();
            left > 0 && seen == releases;
            left = end - System.nanoTime()) {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("the stand-in closes", e);
      }
    }

    synchronized void release() {
      releases++;
      notifyAll();
    }
  }
}
