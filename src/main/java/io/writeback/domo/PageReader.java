package io.writeback.domo;

import io.writeback.domo.CursorColumns.Point;
import io.writeback.domo.VerificationException.Kind;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** Turns the cells of a query's answer into a record and its place in the order. */
final class PageReader implements QueryRows.Cells {
  private final CursorSource source;
  private final CellForms forms;
  private final boolean emptyIsNull;
  private final DomoColumn[] columns;
  private final Field[] fields;
  private long row;
  private Struct struct;
  private int bytes;
  private Object value;
  private Object key;

  PageReader(CursorSource source, CellForms forms, boolean emptyIsNull) {
    this.source = source;
    this.forms = forms;
    this.emptyIsNull = emptyIsNull;
    List<Integer> read = source.read();
    this.columns = new DomoColumn[read.size()];
    this.fields = new Field[read.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = source.selection().all().get(read.get(i));
      int place = source.selection().place(read.get(i));
      fields[i] = place < 0 ? null : source.shape().value().fields().get(place);
    }
  }

  /**
   * Begins with an answer.
   *
   * @throws VerificationException if its columns are not those that were asked for
   */
  void answer(List<String> names) {
    List<String> asked = source.query().select().stream().map(DomoColumn::name).toList();
    if (!names.equals(asked)) {
      throw new VerificationException(
          Kind.HEADER, "the query gave columns " + names + ", expected " + asked, null);
    }
  }

  void begin() {
    row++;
    struct = new Struct(source.shape().value());
    bytes = 0;
    value = null;
    key = null;
  }

  Struct struct() {
    return struct;
  }

  /** About the size of the row. */
  int bytes() {
    return bytes;
  }

  /** The row's place. */
  Point point() {
    if (value == null || (source.cursor().hasKey() && key == null)) {
      throw new VerificationException(
          Kind.CONTENT,
          "row " + row + " of the page has no cursor, though the query wants one",
          null);
    }
    return new Point(value, key);
  }

  @Override
  public void nullCell(int index) {
    bytes += RowDecoder.CELL_OVERHEAD;
  }

  @Override
  public void cell(int index, char[] buf, int offset, int length) {
    bytes += length + RowDecoder.CELL_OVERHEAD;
    if (index >= columns.length) {
      return; // the answer is refused when its row ends
    }
    DomoColumn column = columns[index];
    int place = source.read().get(index);
    boolean isKey = place == source.cursor().keyIndex();
    if (length == 0 && (column.type() != ColumnType.STRING || (emptyIsNull && !isKey))) {
      return;
    }
    try {
      if (place == source.cursor().cursorIndex()) {
        value = CellValue.of(column.type(), buf, offset, length);
      } else if (isKey) {
        key = CellValue.of(column.type(), buf, offset, length);
      }
      if (fields[index] != null) {
        struct.put(fields[index], forms.value(column.type(), buf, offset, length));
      }
    } catch (IllegalArgumentException e) {
      throw new VerificationException(
          Kind.CONTENT,
          String.format(
              "row %d of the page, column %s of type %s: the value %s",
              row, column.name(), column.type(), e.getMessage()),
          e);
    }
  }
}
