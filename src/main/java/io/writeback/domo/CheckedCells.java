package io.writeback.domo;

/** Looks at the cells of an export for {@link CrossCheck}, whatever of them is wanted. */
final class CheckedCells {
  private final RowSample sample;
  private final EscapedCells escaped = new EscapedCells();
  private boolean sampling;

  CheckedCells(RowSample sample) {
    this.sample = sample;
    this.sampling = sample.wanted();
    sample.beginRow();
  }

  RowSample sample() {
    return sample;
  }

  EscapedCells escaped() {
    return escaped;
  }

  /** A null. */
  void nothing(int column) {
    if (sampling) {
      sample.nothing(column);
    }
  }

  /** A cell that is no null. */
  void cell(int column, ColumnType type, char[] buf, int offset, int length) {
    if (type == ColumnType.STRING) {
      escaped.text(column, buf, offset, length);
    }
    if (sampling) {
      sample.cell(column, buf, offset, length);
    }
  }

  void endRow() {
    if (sampling) {
      sample.endRow();
      sampling = sample.wanted();
    }
  }
}
