package io.writeback.standin.domo.rows;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A later version of a source, a function of the version number alone: about one row in fifty is
 * gone, one in twenty has another value in a column that is no key, one in fifty is new. Version 1
 * is the source itself; every later one differs from it and from each other.
 */
public final class NextVersion implements RowSource {
  private enum Fate {
    SAME,
    CHANGED,
    REMOVED,
    /** Stays, and a new row is made of it. */
    COPIED
  }

  private final RowSource base;
  private final int version;
  private final int key;
  private final int[] changeable;
  private volatile long rowCount = -1;

  private NextVersion(RowSource base, int version, List<String> keys) {
    this.base = base;
    this.version = version;
    this.key = keys.isEmpty() ? 0 : base.indexOf(keys.get(0));
    int[] free =
        IntStream.range(0, base.columns().size())
            .filter(i -> !keys.contains(base.columns().get(i).name()))
            .toArray();
    this.changeable = free.length == 0 ? new int[] {base.columns().size() - 1} : free;
  }

  /**
   * Makes a version.
   *
   * @param version from 1, which is the source itself
   * @param keys columns that a change leaves alone; new rows get a new value in the first of them
   */
  public static RowSource of(RowSource base, int version, List<String> keys) {
    if (version < 1) {
      throw new IllegalArgumentException("versions count from 1, not " + version);
    }
    return version == 1 ? base : new NextVersion(base, version, keys);
  }

  @Override
  public List<Column> columns() {
    return base.columns();
  }

  @Override
  public long rowCount() {
    if (rowCount < 0) {
      long count = 0;
      long rows = base.rowCount();
      for (long i = 0; i < rows; i++) {
        count +=
            switch (fate(i, rows)) {
              case SAME, CHANGED -> 1;
              case REMOVED -> 0;
              case COPIED -> 2;
            };
      }
      rowCount = count;
    }
    return rowCount;
  }

  private Fate fate(long index, long rows) {
    // One certain change, at a place that moves with the version, keeps small tables changing.
    if (index == Long.remainderUnsigned(version, rows)) {
      return Fate.CHANGED;
    }
    int dice = Mix.below(100, version, index);
    return dice < 2 ? Fate.REMOVED : dice < 4 ? Fate.COPIED : dice < 9 ? Fate.CHANGED : Fate.SAME;
  }

  @Override
  public RowCursor open() {
    return new Cursor(base.open(), base.rowCount());
  }

  private final class Cursor implements RowCursor {
    private final RowCursor old;
    private final long rows;
    private long index = -1;
    private String[] added;

    Cursor(RowCursor old, long rows) {
      this.old = old;
      this.rows = rows;
    }

    @Override
    public String[] next() {
      if (added != null) {
        String[] row = added;
        added = null;
        return row;
      }
      String[] row = old.next();
      index++;
      while (row != null && fate(index, rows) == Fate.REMOVED) {
        row = old.next();
        index++;
      }
      if (row == null) {
        return null;
      }
      switch (fate(index, rows)) {
        case CHANGED -> change(row, changeable[Mix.below(changeable.length, ~version, index)]);
        case COPIED -> {
          added = row.clone();
          change(added, key);
        }
        default -> {}
      }
      return row;
    }

    @Override
    public void close() {
      old.close();
    }
  }

  private void change(String[] row, int column) {
    boolean asKey = column == key;
    row[column] = changed(row[column], columns().get(column).type(), asKey);
  }

  /** Another value of the type; a LONG key moves far from what generators use, to stay unique. */
  private String changed(String cell, DomoType type, boolean asKey) {
    return switch (type) {
      case STRING -> (cell == null ? "" : cell) + " v" + version;
      case LONG -> {
        long step = asKey ? 10_000_000_000L * version : version;
        long value = cell == null ? 0 : Long.parseLong(cell);
        yield Long.toString(value > Long.MAX_VALUE - step ? value - step : value + step);
      }
      case DOUBLE -> {
        double value = cell == null ? 0 : Double.parseDouble(cell);
        // Adding a little to a huge number does not change it.
        yield Double.toString(Math.abs(value) < 1e9 ? value + version : -value / 2);
      }
      case DECIMAL ->
          new BigDecimal(cell == null ? "0.00" : cell)
              .add(BigDecimal.valueOf(version))
              .toPlainString();
      case DATE -> {
        LocalDate date = cell == null ? LocalDate.EPOCH : LocalDate.parse(cell);
        yield (date.getYear() > 9000 ? date.minusDays(version) : date.plusDays(version)).toString();
      }
      case DATETIME -> {
        LocalDateTime time =
            cell == null ? LocalDate.EPOCH.atStartOfDay() : LocalDateTime.parse(cell);
        yield CanonicalText.dateTime(
            time.getYear() > 9000 ? time.minusSeconds(version) : time.plusSeconds(version));
      }
    };
  }
}
