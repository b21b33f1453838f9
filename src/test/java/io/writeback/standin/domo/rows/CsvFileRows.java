package io.writeback.standin.domo.rows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Any CSV file as rows: RFC 4180 with a header, UTF-8 with or without a byte order mark, LF or
 * CRLF. Columns are STRING unless named otherwise, so that every cell stays what it is; {@code ,,}
 * is null and {@code ,"",} is empty, as Domo's own upload format has it ("format data to import").
 * The file is read anew by each pass and never held in memory.
 *
 * <p>An empty line is the null of a file with one column; in others it is skipped.
 */
public final class CsvFileRows implements RowSource {
  private final Path file;
  private final List<Column> columns;
  private final long rowCount;

  private CsvFileRows(Path file, List<Column> columns, long rowCount) {
    this.file = file;
    this.columns = columns;
    this.rowCount = rowCount;
  }

  /**
   * Reads the file once to see that all of it is readable.
   *
   * @throws IllegalArgumentException naming file, line and what is wrong
   */
  public static CsvFileRows open(Path file) {
    return open(file, Map.of());
  }

  /**
   * The same with types for some columns.
   *
   * @throws IllegalArgumentException naming file, line and what is wrong
   */
  public static CsvFileRows open(Path file, Map<String, DomoType> types) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "cannot read " + file + ": " + (Files.exists(file) ? "not a file" : "no such file"));
    }
    try (CsvFileCursor cursor = new CsvFileCursor(file, 0)) {
      String[] header = cursor.next();
      if (header == null) {
        throw new IllegalArgumentException(file + " line 1: a header with column names is missing");
      }
      List<Column> columns = columns(file, header, types);
      return new CsvFileRows(file, columns, count(file, columns.size()));
    }
  }

  private static List<Column> columns(Path file, String[] header, Map<String, DomoType> types) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < header.length; i++) {
      if (header[i] == null || header[i].isBlank()) {
        throw new IllegalArgumentException(file + " line 1: column " + (i + 1) + " has no name");
      }
      if (!seen.add(header[i])) {
        throw new IllegalArgumentException(
            file + " line 1: column '" + header[i] + "' comes twice");
      }
    }
    for (String name : types.keySet()) {
      if (!seen.contains(name)) {
        throw new IllegalArgumentException(file + " has no column '" + name + "'");
      }
    }
    return Arrays.stream(header)
        .map(name -> new Column(name, types.getOrDefault(name, DomoType.STRING)))
        .toList();
  }

  private static long count(Path file, int width) {
    long count = -1;
    try (CsvFileCursor cursor = new CsvFileCursor(file, width)) {
      while (cursor.next() != null) {
        count++;
      }
    }
    return count;
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public long rowCount() {
    return rowCount;
  }

  @Override
  public RowCursor open() {
    CsvFileCursor cursor = new CsvFileCursor(file, columns.size());
    cursor.next();
    return cursor;
  }
}
