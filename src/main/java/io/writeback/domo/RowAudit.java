package io.writeback.domo;

import java.util.List;

/**
 * Looks at every row of a download once: hashes those that are wanted, reads each of their cells as
 * its column's type, so that a type that does not hold is found before the first row is emitted,
 * and looks for sampled rows among all.
 */
final class RowAudit extends CsvHandler {
  private final List<DomoColumn> columns;
  private final ColumnType[] types;
  private final boolean[] kept;
  private final CellForms forms;
  private final boolean everything;
  private final NullCells nulls;
  private final String fingerprint;
  private final RowHash hash;
  private final RowSelection.Pass pass;
  private final HighestCursor highest;
  private final CheckedCells checked;
  private IllegalArgumentException bad;

  /** Looks at every cell. */
  RowAudit(List<DomoColumn> columns, CellForms forms, CheckedCells checked) {
    this(RowSelection.all(columns), forms, null, checked);
  }

  /**
   * Looks at what is selected.
   *
   * @param highest tracks the cursor, or null
   */
  RowAudit(RowSelection selection, CellForms forms, HighestCursor highest, CheckedCells checked) {
    super(selection.all().size());
    this.checked = checked;
    this.columns = selection.all();
    this.types = columns.stream().map(DomoColumn::type).toArray(ColumnType[]::new);
    this.kept = new boolean[types.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = selection.place(i) >= 0;
    }
    this.forms = forms;
    this.everything = selection.filter().isEmpty();
    this.nulls = forms.nulls();
    this.fingerprint = DomoColumn.fingerprint(selection.columns());
    this.hash = new RowHash(fingerprint);
    this.highest = highest;
    this.pass = highest == null ? selection.pass() : selection.pass(highest.indices());
  }

  /** Whether every row is wanted. */
  boolean selectsAll() {
    return everything;
  }

  /** Of the rows that are wanted. */
  RowHash hash() {
    return hash;
  }

  /** The highest cursor of the rows that are wanted, or null. */
  SourcePosition.Cursor highest() {
    return highest == null ? null : highest.cursor(fingerprint);
  }

  @Override
  void cell(int index, char[] buf, int offset, int length, boolean quoted) {
    ColumnType type = types[index];
    if (nulls.matches(type, buf, offset, length, quoted)) {
      if (kept[index]) {
        hash.nullCell();
      }
      checked.nothing(index);
      return;
    }
    if (kept[index]) {
      hash.cell(buf, offset, length);
    }
    try {
      pass.cell(index, buf, offset, length);
    } catch (IllegalArgumentException e) {
      // Without it, nobody knows whether the row is wanted.
      throw bad(index, e);
    }
    checked.cell(index, type, buf, offset, length);
    try {
      if (kept[index]) {
        forms.check(type, buf, offset, length);
      }
    } catch (IllegalArgumentException e) {
      bad = kept[index] && bad == null ? bad(index, e) : bad;
    }
  }

  private IllegalArgumentException bad(int index, IllegalArgumentException e) {
    return new IllegalArgumentException(
        String.format(
            "row %d, column %s of type %s: the value %s",
            row() + 1, columns.get(index).name(), types[index], e.getMessage()),
        e);
  }

  @Override
  void endRow() {
    if (pass.wanted()) {
      if (bad != null) {
        throw bad;
      }
      hash.endRow();
      if (highest != null) {
        highest.row(pass);
      }
    } else {
      hash.dropRow();
    }
    bad = null;
    pass.endRow();
    checked.endRow();
  }
}
