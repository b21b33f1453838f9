package io.writeback.domo;

import java.util.List;

/**
 * Looks at every row of a download once: hashes it, reads each cell as its column's type, so that a
 * type that does not hold is found before the first row is emitted, and looks for sampled rows.
 */
final class RowAudit extends CsvHandler {
  private final List<DomoColumn> columns;
  private final ColumnType[] types;
  private final Decimals decimals;
  private final NullCells nulls;
  private final RowHash hash;
  private final CheckedCells checked;

  RowAudit(List<DomoColumn> columns, CellForms forms, CheckedCells checked) {
    super(columns.size());
    this.checked = checked;
    this.columns = List.copyOf(columns);
    this.types = columns.stream().map(DomoColumn::type).toArray(ColumnType[]::new);
    this.decimals = forms.decimals();
    this.nulls = forms.nulls();
    this.hash = new RowHash(DomoColumn.fingerprint(columns));
  }

  RowHash hash() {
    return hash;
  }

  @Override
  void cell(int index, char[] buf, int offset, int length, boolean quoted) {
    ColumnType type = types[index];
    if (nulls.matches(type, buf, offset, length, quoted)) {
      hash.nullCell();
      checked.nothing(index);
      return;
    }
    hash.cell(buf, offset, length);
    checked.cell(index, type, buf, offset, length);
    try {
      switch (type) {
        case LONG -> Cells.longValue(buf, offset, length);
        case DOUBLE -> Cells.doubleValue(buf, offset, length);
        case DECIMAL -> decimals.check(buf, offset, length);
        case DATE -> Cells.dateMillis(buf, offset, length);
        case DATETIME -> Cells.dateTimeMillis(buf, offset, length);
        case STRING -> {}
      }
    } catch (IllegalArgumentException e) {
      DomoColumn column = columns.get(index);
      throw new IllegalArgumentException(
          String.format(
              "row %d, column %s of type %s: the value %s",
              row() + 1, column.name(), type, e.getMessage()),
          e);
    }
  }

  @Override
  void endRow() {
    hash.endRow();
    checked.endRow();
  }
}
