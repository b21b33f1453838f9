package io.writeback.domo;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Struct;

/**
 * A version that is sent while it is downloaded ({@code domo.spool=none}): the fetch thread writes
 * its bytes, a thread of its own makes rows of them, and the task's thread takes those. Its end
 * comes only when the fetch thread has verified the whole.
 */
final class StreamedContents implements Contents {
  private static final int BATCH_ROWS = 200;
  private static final long BATCH_BYTES = 1 << 18;
  private static final int BATCHES = 8;
  private static final long LOOK_MS = 100;

  private final BytePipe pipe = new BytePipe();
  private final BlockingQueue<List<Row>> batches = new ArrayBlockingQueue<>(BATCHES);
  private final Runnable wake;
  private volatile Spool.About about;
  private volatile boolean verified;
  private volatile boolean allDecoded;
  private volatile String failed;

  private record Row(Struct struct, long ordinal, int bytes) {}

  /**
   * A stream.
   *
   * @param about what is known before the first byte
   * @param wake tells the task's thread that there is something new
   */
  StreamedContents(Spool.About about, Runnable wake) {
    this.about = about;
    this.wake = wake;
  }

  /** Where the download goes. Waits while the rows do not get away. */
  OutputStream sink() {
    return pipe.sink();
  }

  /** The whole is one version, and is to be sent. */
  void verified(Spool.About whole) {
    about = whole;
    verified = true;
    wake.run();
  }

  /** There will be no manifest. The first reason counts. */
  void fail(String why) {
    if (failed == null) {
      failed = why;
    }
    pipe.fail(why);
    wake.run();
  }

  @Override
  public Spool.About about() {
    return about;
  }

  @Override
  public SnapshotRows open(RecordShape shape, CellForms forms, long skip) {
    Thread decoder = new Thread(() -> decode(shape, forms, skip), "domo-decode-" + about.dataset());
    decoder.setDaemon(true);
    decoder.start();
    return new Rows();
  }

  /** The emission has ended: what is still on its way has nowhere to go. */
  @Override
  public void discard() {
    fail("the emission has ended");
  }

  private void decode(RecordShape shape, CellForms forms, long skip) {
    try (SpoolReader reader = new SpoolReader(pipe.source(), shape, forms, skip)) {
      List<Row> batch = new ArrayList<>();
      long bytes = 0;
      while (reader.next() == SnapshotRows.Next.ROW) {
        batch.add(new Row(reader.struct(), reader.ordinal(), reader.bytes()));
        bytes += reader.bytes();
        if (batch.size() == BATCH_ROWS || bytes >= BATCH_BYTES) {
          pass(batch);
          batch = new ArrayList<>();
          bytes = 0;
        }
      }
      pass(batch);
      allDecoded = true;
      wake.run();
    } catch (IOException | RuntimeException e) {
      fail("the rows cannot be read: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail("the task stops");
    }
  }

  private void pass(List<Row> batch) throws IOException, InterruptedException {
    while (!batches.offer(batch, LOOK_MS, TimeUnit.MILLISECONDS)) {
      if (failed != null) {
        throw new IOException(failed);
      }
    }
    wake.run();
  }

  private final class Rows implements SnapshotRows {
    private List<Row> batch = List.of();
    private int at = -1;

    @Override
    public Next next() throws IOException {
      while (++at >= batch.size()) {
        // In this order: the last batch comes before the mark that there are no more.
        boolean last = allDecoded;
        List<Row> following = batches.poll();
        if (following == null) {
          at = batch.size() - 1;
          return end(last);
        }
        batch = following;
        at = -1;
      }
      return Next.ROW;
    }

    private Next end(boolean last) throws IOException {
      if (failed != null) {
        throw new IOException(failed);
      }
      return last && verified ? Next.END : Next.LATER;
    }

    @Override
    public long ordinal() {
      return batch.get(at).ordinal;
    }

    @Override
    public Struct struct() {
      return batch.get(at).struct;
    }

    @Override
    public int bytes() {
      return batch.get(at).bytes;
    }

    @Override
    public void close() {
      if (!verified || !allDecoded) {
        fail("the emission has ended");
      }
    }
  }
}
