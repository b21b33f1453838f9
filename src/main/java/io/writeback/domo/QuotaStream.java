package io.writeback.domo;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Writes a spool file, and stops before the quota or the disk is full. */
final class QuotaStream extends FilterOutputStream {
  /** Left free for others on the same disk. */
  static final long RESERVE_BYTES = 64L << 20;

  private static final long CHECK_EVERY_BYTES = 16L << 20;

  private final SpoolQuota quota;
  private final long bound;
  private final SpoolDirectory.FreeSpace disk;
  private long written;
  private long nextCheck;

  QuotaStream(OutputStream out, SpoolQuota quota, long bound, SpoolDirectory.FreeSpace disk) {
    super(out);
    this.quota = quota;
    this.bound = bound;
    this.disk = disk;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (!quota.take(length, bound)) {
      throw full("domo.spool.max.bytes is used up: raise it or lower domo.spool.concurrency");
    }
    written += length;
    if (written > nextCheck) {
      nextCheck = written + CHECK_EVERY_BYTES;
      if (disk.bytes() < RESERVE_BYTES) {
        throw full("the disk of domo.spool.dir has less than 64 MiB left: make room");
      }
    }
    out.write(bytes, offset, length);
  }

  private static FaultException full(String message) {
    // Another DataSet's spool may be gone at the next attempt.
    return new FaultException(Fault.RETRY, message);
  }
}
