package io.writeback.domo;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * One complete and verified version of a DataSet on local disk: its CSV, compressed, and what is
 * known of it.
 *
 * @param file the compressed CSV
 * @param about what the sidecar file says
 * @param cipher how it is written
 */
record Spool(Path file, About about, SpoolCipher cipher) implements Contents {
  /**
   * What is known of a spool.
   *
   * @param config fingerprint of the settings it was checked under
   * @param rows number of selected rows
   * @param ordered hash of the row sequence
   * @param content hash of the rows in any order
   * @param columns all columns of the CSV
   * @param csvBytes size before compression; of a download to come, what Domo says, or 0
   * @param started when the download began
   * @param identity as whom it was read
   * @param highest cursor of its rows, or null
   */
  record About(
      String dataset,
      String name,
      String config,
      DatasetVersion version,
      long rows,
      String ordered,
      String content,
      List<DomoColumn> columns,
      long csvBytes,
      Instant started,
      String identity,
      SourcePosition.Cursor highest) {
    About {
      columns = List.copyOf(columns);
    }

    /** Of a spool without a cursor. */
    About(
        String dataset,
        String name,
        String config,
        DatasetVersion version,
        long rows,
        String ordered,
        String content,
        List<DomoColumn> columns,
        long csvBytes,
        Instant started,
        String identity) {
      this(
          dataset, name, config, version, rows, ordered, content, columns, csvBytes, started,
          identity, null);
    }

    /** As long as nobody has counted the rows. */
    About withoutRows() {
      return new About(
          dataset, name, config, version, -1, ordered, content, columns, csvBytes, started,
          identity, highest);
    }

    /** With what is known once every row was read. */
    About whole(RowHash hash, long bytes, SourcePosition.Cursor cursor) {
      return new About(
          dataset,
          name,
          config,
          version,
          hash.rows(),
          hash.ordered(),
          hash.content(),
          columns,
          bytes,
          started,
          identity,
          cursor);
    }
  }

  /** The CSV. */
  InputStream open() throws IOException {
    InputStream raw = new BufferedInputStream(SpoolFiles.open(file), 1 << 16);
    try {
      return new ZstdInputStream(cipher.reading(raw));
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  @Override
  public SnapshotRows open(RecordShape shape, CellForms forms, long skip) throws IOException {
    InputStream text = open();
    try {
      return new SpoolReader(text, shape, forms, skip);
    } catch (RuntimeException e) {
      text.close();
      throw e;
    }
  }

  /** Removes it from disk. */
  @Override
  public void discard() throws IOException {
    Files.deleteIfExists(SpoolFiles.sidecar(file));
    Files.deleteIfExists(file);
  }
}
