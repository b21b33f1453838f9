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
  private final Runnable beforeEnd;

  /** Releases before this body began: a later one counts, even if the stall is not reached yet. */
  private final long releasesBefore;

  private long position;
  private boolean harmed;

  private FaultyBody(
      HttpCall call, OutputStream out, DomoFault fault, Stalls stalls, Runnable beforeEnd) {
    this.beforeEnd = beforeEnd;
    this.call = call;
    this.out = out;
    this.fault = fault;
    this.stalls = stalls;
    this.releasesBefore = stalls.releases();
  }

  /** The stream itself if the fault does not harm bytes. */
  static OutputStream over(
      HttpCall call, OutputStream out, DomoFault fault, Stalls stalls, Runnable beforeEnd) {
    return fault instanceof DomoFault.Cut
            || fault instanceof DomoFault.Stall
            || fault instanceof DomoFault.Drip
        ? new FaultyBody(call, out, fault, stalls, beforeEnd)
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
    stalls.await(((DomoFault.Stall) fault).upTo(), releasesBefore);
    pass(bytes, off + before, len - before);
  }

  private void end(boolean byReset) throws IOException {
    beforeEnd.run();
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
      stalls.await(pause, releasesBefore);
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
    private boolean closed;

    synchronized long releases() {
      return releases;
    }

    /** Waits for the time or for a release after the ones that were seen. */
    synchronized void await(Duration upTo, long seen) throws IOException {
      long end = System.nanoTime() + upTo.toNanos();
      try {
        for (long left = upTo.toNanos();
            left > 0 && seen == releases && !closed;
            left = end - System.nanoTime()) {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("the stand-in closes", e);
      }
      if (closed) {
        throw new IOException("the stand-in closes");
      }
    }

    synchronized void release() {
      releases++;
      notifyAll();
    }

    /** Ends every stall for good: what waits must not send its rest before the connection goes. */
    synchronized void close() {
      closed = true;
      notifyAll();
    }
  }
}
