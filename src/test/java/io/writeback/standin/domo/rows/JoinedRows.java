package io.writeback.standin.domo.rows;

import java.util.Iterator;
import java.util.List;

/** Sources with the same columns, one after the other: what appends make of a DataSet. */
public final class JoinedRows implements RowSource {
  private final List<RowSource> parts;

  private JoinedRows(List<RowSource> parts) {
    this.parts = parts;
  }

  /** Joins at least one part; the columns are those of the last. */
  public static RowSource of(List<RowSource> parts) {
    return parts.size() == 1 ? parts.get(0) : new JoinedRows(List.copyOf(parts));
  }

  @Override
  public List<Column> columns() {
    return parts.get(parts.size() - 1).columns();
  }

  @Override
  public long rowCount() {
    return parts.stream().mapToLong(RowSource::rowCount).sum();
  }

  @Override
  public RowCursor open() {
    return new Joined(parts.iterator());
  }

  private static final class Joined implements RowCursor {
    private final Iterator<RowSource> rest;
    private RowCursor current;

    Joined(Iterator<RowSource> rest) {
      this.rest = rest;
      this.current = rest.next().open();
    }

    @Override
    public String[] next() {
      String[] row = current.next();
      while (row == null && rest.hasNext()) {
        current.close();
        current = rest.next().open();
        row = current.next();
      }
      return row;
    }

    @Override
    public void close() {
      current.close();
    }
  }
}
