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
 */
record Spool(Path file, About about) {
  /**
   * What is known of a spool.
   *
   * @param config fingerprint of the settings it was checked under
   * @param rows number of selected rows
   * @param ordered hash of the row sequence
   * @param content hash of the rows in any order
   * @param columns all columns of the CSV
   * @param csvBytes size before compression
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
          dataset,
          name,
          config,
          version,
          rows,
          ordered,
          content,
          columns,
          csvBytes,
          started,
          identity,
          null);
    }
  }

  /** The CSV. */
  InputStream open() throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      return new ZstdInputStream(raw);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** Removes it from disk. */
  void delete() throws IOException {
    Files.deleteIfExists(SpoolDirectory.sidecar(file));
    Files.deleteIfExists(file);
  }
}
