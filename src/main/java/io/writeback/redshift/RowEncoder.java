package io.writeback.redshift;

import io.writeback.sink.BadRowException;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableColumn;
import io.writeback.sink.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * Rows of one value schema straight to CSV bytes. Made once per schema and batch; remembers the
 * longest value of each column, from which the sizes of the table's columns follow.
 */
final class RowEncoder {
  private final LeadColumn[] leads;
  private final Field[] fields;
  private final Cell[] cells;
  private final List<Column> columns;
  private final int[] widths;
  private final int[] rowWidths;

  private RowEncoder(LeadColumn[] leads, Field[] fields, Cell[] cells, List<Column> columns) {
    this.leads = leads;
    this.fields = fields;
    this.cells = cells;
    this.columns = columns;
    this.widths = new int[columns.size()];
    this.rowWidths = new int[columns.size()];
  }

  /** For rows that are nothing but their value. */
  static RowEncoder of(Schema schema) {
    if (schema.type() != Schema.Type.STRUCT) {
      throw new BadRowException("value is a " + schema.type().getName() + ", expected a struct");
    }
    return of(List.of(), schema.fields(), ValuePolicy.STRICT);
  }

  /**
   * Compiles.
   *
   * @throws BadRowException if no table can hold such rows
   */
  static RowEncoder of(List<LeadColumn> leads, List<Field> values, ValuePolicy policy) {
    List<TableColumn> tableColumns = tableColumns(values);
    List<String> names =
        ColumnNames.of(
            Stream.concat(
                    leads.stream().map(LeadColumn::name),
                    tableColumns.stream().map(TableColumn::name))
                .toList());
    List<Column> columns = new ArrayList<>(names.size());
    for (int i = 0; i < leads.size(); i++) {
      columns.add(new Column(leadName(leads.get(i), names.get(i)), leads.get(i).type()));
    }
    Field[] fields = values.toArray(new Field[0]);
    Cell[] cells = new Cell[fields.length];
    for (int i = 0; i < fields.length; i++) {
      TableColumn column = tableColumns.get(i);
      try {
        cells[i] = Cells.cell(column, fields[i].schema(), policy);
        columns.add(new Column(names.get(leads.size() + i), Cells.type(column)));
      } catch (BadRowException e) {
        throw named(fields[i].name(), e);
      }
    }
    if (columns.isEmpty()) {
      throw new BadRowException("value has no fields, a table needs at least one column");
    }
    return new RowEncoder(leads.toArray(new LeadColumn[0]), fields, cells, List.copyOf(columns));
  }

  /** A lead column is named the same whatever the value has, because a tombstone has no value. */
  private static String leadName(LeadColumn lead, String name) {
    if (!name.equals(ColumnNames.fold(lead.name()))) {
      throw new BadRowException(
          "field " + lead.name() + " has the same name as another one but for its case");
    }
    return name;
  }

  private static List<TableColumn> tableColumns(List<Field> values) {
    SchemaBuilder schema = SchemaBuilder.struct();
    values.forEach(field -> schema.field(field.name(), field.schema()));
    try {
      return TableSchema.ofValue(schema.build()).columns();
    } catch (DataException e) {
      throw new BadRowException(e.getMessage(), e);
    }
  }

  /** Names of the columns that make the key; empty if rows have none. */
  List<String> key() {
    List<String> key = new ArrayList<>();
    for (int i = 0; i < leads.length; i++) {
      if (leads[i].part()) {
        key.add(columns.get(i).name());
      }
    }
    return key;
  }

  /**
   * Writes one row.
   *
   * @param value null for a tombstone
   * @return whether the row is good; false if a value of it equals the null token of {@code out}
   * @throws BadRowException naming the field
   */
  boolean encode(SinkRow row, Struct value, CsvRow out) {
    for (int i = 0; i < leads.length; i++) {
      LeadColumn lead = leads[i];
      Object cell = lead.value().apply(row);
      if (cell == null && lead.part()) {
        throw named(lead.name(), new BadRowException("is null, and it is part of the key"));
      }
      write(i, lead.name(), lead.cell(), cell, out);
    }
    return encode(value, out);
  }

  /** As above, for rows without lead columns. */
  boolean encode(Struct value, CsvRow out) {
    for (int i = 0; i < cells.length; i++) {
      Object cell = value == null ? null : value.get(fields[i]);
      write(leads.length + i, fields[i].name(), cells[i], cell, out);
    }
    return ended(out);
  }

  private void write(int column, String name, Cell cell, Object value, CsvRow out) {
    if (column > 0) {
      out.comma();
    }
    if (value == null) {
      out.nullCell();
      rowWidths[column] = 0;
      return;
    }
    try {
      rowWidths[column] = cell.write(value, out);
    } catch (BadRowException e) {
      throw named(name, e);
    } catch (ClassCastException e) {
      throw named(name, new BadRowException("does not hold what its schema says", e));
    }
  }

  private boolean ended(CsvRow out) {
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

  private static BadRowException named(String field, BadRowException e) {
    return new BadRowException("field " + field + " " + e.getMessage(), e);
  }
}
