package io.writeback.domo;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;

/** Writes a spool file, and stops before the quota or the disk is full. */
final class QuotaStream extends FilterOutputStream {
  /** Left free for others on the same disk. */
  private static final long RESERVE_BYTES = 64L << 20;

  private static final long CHECK_EVERY_BYTES = 16L << 20;

  private final long budget;
  private final FileStore disk;
  private long written;
  private long nextCheck;

  QuotaStream(OutputStream out, long budget, FileStore disk) {
    super(out);
    this.budget = budget;
    this.disk = disk;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    written += length;
    if (written > budget) {
      throw full("domo.spool.max.bytes is used up: raise it or lower domo.spool.concurrency");
    }
    if (written > nextCheck) {
      nextCheck = written + CHECK_EVERY_BYTES;
      if (disk.getUsableSpace() < RESERVE_BYTES) {
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
