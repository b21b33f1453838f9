package io.writeback.redshift;

import io.writeback.sink.BadRowException;
import io.writeback.sink.TableColumn;
import io.writeback.sink.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * Rows of one value schema straight to CSV bytes. Made once per schema and batch; remembers the
 * longest value of each column, from which the sizes of the table's columns follow.
 */
final class RowEncoder {
  private final Field[] fields;
  private final Cell[] cells;
  private final List<Column> columns;
  private final int[] widths;
  private final int[] rowWidths;

  private RowEncoder(Field[] fields, Cell[] cells, List<Column> columns) {
    this.fields = fields;
    this.cells = cells;
    this.columns = columns;
    this.widths = new int[cells.length];
    this.rowWidths = new int[cells.length];
  }

  /**
   * Compiles.
   *
   * @throws BadRowException if no table can hold such rows
   */
  static RowEncoder of(Schema schema) {
    List<TableColumn> tableColumns = tableColumns(schema);
    List<String> names = ColumnNames.of(tableColumns.stream().map(TableColumn::name).toList());
    Field[] fields = schema.fields().toArray(new Field[0]);
    Cell[] cells = new Cell[fields.length];
    List<Column> columns = new ArrayList<>(fields.length);
    for (int i = 0; i < fields.length; i++) {
      TableColumn column = tableColumns.get(i);
      try {
        cells[i] = Cells.cell(column, fields[i].schema());
        columns.add(new Column(names.get(i), Cells.type(column)));
      } catch (BadRowException e) {
        throw named(fields[i], e);
      }
    }
    return new RowEncoder(fields, cells, List.copyOf(columns));
  }

  private static List<TableColumn> tableColumns(Schema schema) {
    try {
      List<TableColumn> columns = TableSchema.ofValue(schema).columns();
      if (columns.isEmpty()) {
        throw new BadRowException("value has no fields, a table needs at least one column");
      }
      return columns;
    } catch (DataException e) {
      throw new BadRowException(e.getMessage(), e);
    }
  }

  /**
   * Writes one row.
   *
   * @return whether the row is good; false if a value of it equals the null token of {@code out}
   * @throws BadRowException naming the field
   */
  boolean encode(Struct value, CsvRow out) {
    for (int i = 0; i < cells.length; i++) {
      if (i > 0) {
        out.comma();
      }
      Object cell = value.get(fields[i]);
      if (cell == null) {
        out.nullCell();
        rowWidths[i] = 0;
        continue;
      }
      try {
        rowWidths[i] = cells[i].write(cell, out);
      } catch (BadRowException e) {
        throw named(fields[i], e);
      } catch (ClassCastException e) {
        throw named(fields[i], new BadRowException("does not hold what its schema says", e));
      }
    }
    out.end();
    if (out.length() > CsvRow.MAX_BYTES) {
      throw new BadRowException(
          "row is " + out.length() + " bytes of CSV, COPY takes " + CsvRow.MAX_BYTES);
    }
    if (out.holdsNullToken()) {
      return false;
    }
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], rowWidths[i]);
    }
    return true;
  }

  /** The columns, with sizes for everything encoded so far. */
  List<Column> columns() {
    List<Column> fitted = new ArrayList<>(columns.size());
    for (int i = 0; i < widths.length; i++) {
      Column column = columns.get(i);
      fitted.add(new Column(column.name(), column.type().fitted(widths[i])));
    }
    return fitted;
  }

  private static BadRowException named(Field field, BadRowException e) {
    return new BadRowException("field " + field.name() + " " + e.getMessage(), e);
  }
}
