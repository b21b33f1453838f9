package io.writeback.domo;

import java.io.IOException;
import org.apache.kafka.connect.data.Struct;

/** Reads the rows of a version in their order. May touch the disk, never waits for the network. */
interface SnapshotRows extends AutoCloseable {
  /** No rows at all. */
  SnapshotRows NONE =
      new SnapshotRows() {
        @Override
        public Next next() {
          return Next.END;
        }

        @Override
        public long ordinal() {
          return 0;
        }

        @Override
        public Struct struct() {
          throw new IllegalStateException("there is no row");
        }

        @Override
        public int bytes() {
          return 0;
        }

        @Override
        public void close() {}
      };

  /** What {@link #next} found. */
  enum Next {
    ROW,
    /** The row is still on its way. */
    LATER,
    /** There is no further row, and the version is verified. */
    END
  }

  /**
   * Goes to the next row.
   *
   * @throws IOException if there are no further rows because something failed
   */
  Next next() throws IOException;

  /** Ordinal of the current row, from 1. */
  long ordinal();

  Struct struct();

  /** About the size of the current row. */
  int bytes();

  @Override
  void close() throws IOException;
}
