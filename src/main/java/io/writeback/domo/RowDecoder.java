package io.writeback.domo;

import java.util.Date;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * Turns the rows of a verified export into Structs. The hot path: apart from the Struct and the
 * objects that Connect wants in it, nothing is allocated for a row.
 */
final class RowDecoder extends CsvHandler {
  /** What a cell costs beside its characters, for the size of a batch. */
  private static final int CELL_OVERHEAD = 8;

  private final RecordShape shape;
  private final Field[] fields;
  private final ColumnType[] types;
  private final Decimals decimals;
  private final NullCells nulls;
  private final long skip;
  private Struct building;
  private Struct struct;
  private int size;
  private int bytes;

  /**
   * A decoder.
   *
   * @param skip rows that are not wanted, from the first; they are counted, not decoded
   */
  RowDecoder(RecordShape shape, CellForms forms, long skip) {
    super(shape.columns().size());
    this.shape = shape;
    this.fields = shape.value().fields().toArray(new Field[0]);
    this.types = shape.columns().stream().map(DomoColumn::type).toArray(ColumnType[]::new);
    this.decimals = forms.decimals();
    this.nulls = forms.nulls();
    this.skip = skip;
  }

  /** The row read last, or null if it was skipped. */
  Struct struct() {
    return struct;
  }

  /** About how large the row read last is, in bytes. */
  int bytes() {
    return bytes;
  }

  @Override
  void cell(int index, char[] buf, int offset, int length, boolean quoted) {
    if (row() < skip) {
      return;
    }
    if (building == null) {
      building = new Struct(shape.value());
    }
    size += length + CELL_OVERHEAD;
    ColumnType type = types[index];
    if (nulls.matches(type, buf, offset, length, quoted)) {
      return;
    }
    building.put(fields[index], value(type, buf, offset, length));
  }

  @Override
  void endRow() {
    struct = building;
    bytes = size;
    building = null;
    size = 0;
  }

  @SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
  private Object value(ColumnType type, char[] buf, int offset, int length) {
    return switch (type) {
      case STRING -> new String(buf, offset, length);
      case LONG -> Cells.longValue(buf, offset, length);
      case DOUBLE -> Cells.doubleValue(buf, offset, length);
      case DECIMAL -> decimals.value(buf, offset, length);
      case DATE -> new Date(Cells.dateMillis(buf, offset, length));
      case DATETIME -> new Date(Cells.dateTimeMillis(buf, offset, length));
    };
  }
}
