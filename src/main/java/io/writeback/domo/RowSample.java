package io.writeback.domo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Rows that the query API showed, to be found again in the export. Queries have no order and an
 * export has no key, so a row is found by its cells: each sampled row must have an equal one among
 * the rows of the export, wherever it stands.
 *
 * <p>A sample must never be missed for how a cell is written. So null is the same as the empty text
 * (queries show {@code ""} for null); whole numbers are compared as numbers, up to what a double
 * holds; other numbers as doubles, with a tolerance, because a query may cut digits; times within
 * about a day, because a query may show them in the company's time zone; and texts by their first
 * characters. A row that cannot be read as the column types say is not compared.
 */
final class RowSample {
  private static final int TEXT_COMPARED = 256;
  private static final double TOLERANCE = 1e-9;
  private static final double DAY_MS = 26 * 3_600_000.0;

  /** Beyond it a service that passes numbers through doubles changes them. */
  private static final long EXACT = 1L << 52;

  private static final long NO_OTHER = 0x5851F42D4C957F2DL;
  private static final long M1 = 0x9E3779B97F4A7C15L;
  private static final long M2 = 0xC2B2AE3D27D4EB4FL;

  private final ColumnType[] types;
  private final boolean[] compared;
  private final double[] near;
  private final List<Sampled> sampled;
  private final long[] keys;
  private long key;
  private int missing;

  private static final class Sampled {
    private final long key;
    private final double[] near;
    private boolean found;

    Sampled(long key, double[] near) {
      this.key = key;
      this.near = near;
    }
  }

  private RowSample(List<DomoColumn> columns, boolean[] compared) {
    this.types = columns.stream().map(DomoColumn::type).toArray(ColumnType[]::new);
    this.compared = compared;
    this.near = new double[types.length];
    this.sampled = new ArrayList<>();
    this.keys = new long[0];
  }

  private RowSample(RowSample reader, List<Sampled> sampled) {
    this.types = reader.types;
    this.compared = reader.compared;
    this.near = new double[types.length];
    this.sampled = sampled;
    this.keys = sampled.stream().mapToLong(row -> row.key).toArray();
    this.missing = sampled.size();
  }

  /**
   * A sample.
   *
   * @param answer some rows of the DataSet
   * @param columns of the export, found in the answer by their names; a name that the answer does
   *     not have once is not compared
   */
  static RowSample of(DomoApi.QueryAnswer answer, List<DomoColumn> columns) {
    List<String> names = answer.columns().stream().map(DomoColumn::name).toList();
    int[] places = new int[columns.size()];
    boolean[] compared = new boolean[columns.size()];
    for (int i = 0; i < places.length; i++) {
      String name = columns.get(i).name();
      places[i] = names.indexOf(name);
      compared[i] = places[i] >= 0 && places[i] == names.lastIndexOf(name);
    }
    RowSample reader = new RowSample(columns, compared);
    List<Sampled> sampled = new ArrayList<>();
    for (List<String> row : answer.rows()) {
      reader.read(row, places).ifPresent(sampled::add);
    }
    sampled.sort(Comparator.comparingLong(row -> row.key));
    return new RowSample(reader, sampled);
  }

  /** Nothing to find. */
  static RowSample none() {
    return new RowSample(List.of(), new boolean[0]);
  }

  private Optional<Sampled> read(List<String> row, int[] places) {
    beginRow();
    for (int i = 0; i < places.length; i++) {
      if (compared[i]) {
        String cell = places[i] < row.size() ? row.get(places[i]) : null;
        char[] chars = cell == null ? new char[0] : cell.toCharArray();
        try {
          read(i, chars, 0, chars.length);
        } catch (IllegalArgumentException notOfItsType) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(new Sampled(key, near.clone()));
  }

  /** Whether there is still something to find. */
  boolean wanted() {
    return missing > 0;
  }

  int size() {
    return sampled.size();
  }

  /** Rows that were not found. */
  int missing() {
    return missing;
  }

  void beginRow() {
    key = M2;
  }

  /** A null, however the export writes it. */
  void nothing(int column) {
    if (compared[column]) {
      near[column] = Double.NaN;
      mix(column);
    }
  }

  /** A cell of the row. One that is not of its column's type is like no other. */
  void cell(int column, char[] buf, int offset, int length) {
    try {
      read(column, buf, offset, length);
    } catch (IllegalArgumentException e) {
      mix(NO_OTHER);
    }
  }

  private void read(int column, char[] buf, int offset, int length) {
    if (!compared[column]) {
      return;
    }
    if (length == 0) {
      nothing(column);
      return;
    }
    near[column] = Double.NaN;
    switch (types[column]) {
      case STRING -> {
        mix(~column);
        int end = offset + Math.min(length, TEXT_COMPARED);
        for (int i = offset; i < end; i++) {
          mix(buf[i] + 1L);
        }
      }
      case LONG -> {
        long value = Cells.longValue(buf, offset, length);
        mix(~column);
        mix(value >= -EXACT && value <= EXACT ? value : Long.MIN_VALUE);
      }
      case DOUBLE, DECIMAL -> near[column] = Cells.doubleValue(buf, offset, length);
      case DATE -> near[column] = Cells.dateMillis(buf, offset, length);
      case DATETIME -> near[column] = Cells.dateTimeMillis(buf, offset, length);
    }
  }

  void endRow() {
    int at = firstOf(key);
    for (; at < keys.length && keys[at] == key; at++) {
      Sampled row = sampled.get(at);
      if (!row.found && isNear(row.near)) {
        row.found = true;
        missing--;
      }
    }
    beginRow();
  }

  private int firstOf(long wanted) {
    int low = 0;
    int high = keys.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (keys[middle] < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean isNear(double[] other) {
    for (int i = 0; i < types.length; i++) {
      if (compared[i] && !isNear(types[i], near[i], other[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNear(ColumnType type, double a, double b) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Double.isNaN(a) && Double.isNaN(b);
    }
    return switch (type) {
      case DATE, DATETIME -> Math.abs(a - b) <= DAY_MS;
      case STRING, LONG, DOUBLE, DECIMAL ->
          a == b || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
    };
  }

  private void mix(long value) {
    key = (Long.rotateLeft(key, 27) ^ value) * M1;
    key ^= key >>> 31;
  }
}
