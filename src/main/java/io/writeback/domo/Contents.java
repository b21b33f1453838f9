package io.writeback.domo;

import java.io.IOException;

/** The rows of one version of a DataSet, wherever they are. */
interface Contents {
  /** What is known of them. Before the rows have ended, a stream does not know all of it. */
  Spool.About about();

  /**
   * Starts to read.
   *
   * @param skip number of rows to leave out at the start
   */
  SnapshotRows open(RecordShape shape, CellForms forms, long skip) throws IOException;

  /** Frees what they take up. */
  void discard() throws IOException;

  /** A version without rows. */
  static Contents empty(Spool.About about) {
    return new Contents() {
      @Override
      public Spool.About about() {
        return about;
      }

      @Override
      public SnapshotRows open(RecordShape shape, CellForms forms, long skip) {
        return SnapshotRows.NONE;
      }

      @Override
      public void discard() {}
    };
  }
}
