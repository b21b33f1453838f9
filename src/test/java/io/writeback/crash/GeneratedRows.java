package io.writeback.crash;

import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Rows in memory, as Domo serves them. */
record GeneratedRows(List<GeneratedRow> rows, boolean withExtra) implements RowSource {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("id", DomoType.LONG),
          new Column("version", DomoType.LONG),
          new Column("mark", DomoType.LONG),
          new Column("text", DomoType.STRING),
          new Column("day", DomoType.DATE));
  private static final Column EXTRA = new Column("extra", DomoType.STRING);

  GeneratedRows {
    rows = List.copyOf(rows);
  }

  @Override
  public List<Column> columns() {
    List<Column> columns = new ArrayList<>(COLUMNS);
    if (withExtra) {
      columns.add(EXTRA);
    }
    return columns;
  }

  @Override
  public long rowCount() {
    return rows.size();
  }

  @Override
  public RowCursor open() {
    Iterator<GeneratedRow> iterator = rows.iterator();
    return () -> iterator.hasNext() ? iterator.next().cells(withExtra) : null;
  }

  /** The figures by which a reader recognises these rows. */
  Figures figures() {
    return new Figures(rows.size(), rows.stream().mapToLong(GeneratedRow::mark).sum());
  }
}
