package io.writeback.domo;

import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * Turns the rows of a verified export into Structs. The hot path: apart from the Struct and the
 * objects that Connect wants in it, nothing is allocated for a row.
 */
final class RowDecoder extends CsvHandler {
  /** What a cell costs beside its characters, for the size of a batch. */
  static final int CELL_OVERHEAD = 8;

  private final RecordShape shape;
  private final Field[] fields;
  private final ColumnType[] types;
  private final CellForms forms;
  private final NullCells nulls;
  private final RowSelection.Pass pass;
  private final long skip;
  private Struct building;
  private Struct struct;
  private int size;
  private int bytes;
  private IllegalArgumentException bad;
  private long ordinal;
  private boolean wanted;

  /** A decoder of what the shape selects. */
  RowDecoder(RecordShape shape, CellForms forms, long skip) {
    this(shape.selection(), shape, forms, skip);
  }

  /**
   * A decoder.
   *
   * @param shape of the columns that are selected
   * @param skip rows that are not needed, of those selected, from the first; they are counted, not
   *     decoded
   */
  RowDecoder(RowSelection selection, RecordShape shape, CellForms forms, long skip) {
    super(selection.all().size());
    this.shape = shape;
    this.fields = new Field[selection.all().size()];
    for (int i = 0; i < fields.length; i++) {
      int place = selection.place(i);
      fields[i] = place < 0 ? null : shape.value().fields().get(place);
    }
    this.types = selection.all().stream().map(DomoColumn::type).toArray(ColumnType[]::new);
    this.forms = forms;
    this.nulls = forms.nulls();
    this.pass = selection.filter().isPresent() ? selection.pass() : null;
    this.skip = skip;
  }

  /** Whether the row read last is selected. */
  boolean wanted() {
    return wanted;
  }

  /** The number of selected rows so far, which is the ordinal of the last one. */
  long ordinal() {
    return ordinal;
  }

  /** The row read last, or null if it is not needed. */
  Struct struct() {
    return struct;
  }

  /** About how large the row read last is, in bytes. */
  int bytes() {
    return bytes;
  }

  @Override
  void cell(int index, char[] buf, int offset, int length, boolean quoted) {
    Field field = ordinal < skip ? null : fields[index];
    if (field != null) {
      if (building == null) {
        building = new Struct(shape.value());
      }
      size += length + CELL_OVERHEAD;
    } else if (pass == null) {
      return;
    }
    if (nulls.matches(types[index], buf, offset, length, quoted)) {
      return;
    }
    if (pass != null) {
      pass.cell(index, buf, offset, length);
    }
    if (field != null) {
      put(field, types[index], buf, offset, length);
    }
  }

  /** A bad cell does not matter in a row that the filter takes out. */
  private void put(Field field, ColumnType type, char[] buf, int offset, int length) {
    try {
      building.put(field, forms.value(type, buf, offset, length));
    } catch (IllegalArgumentException e) {
      bad = e;
    }
  }

  @Override
  void endRow() {
    wanted = pass == null || pass.wanted();
    if (pass != null) {
      pass.endRow();
    }
    if (bad != null && wanted) {
      throw bad;
    }
    bad = null;
    ordinal += wanted ? 1 : 0;
    struct = wanted ? building : null;
    bytes = size;
    building = null;
    size = 0;
  }
}
