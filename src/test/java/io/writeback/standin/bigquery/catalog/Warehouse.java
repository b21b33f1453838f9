package io.writeback.standin.bigquery.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Tables and rows for whoever writes or reads them beside the REST API. Values are those of {@link
 * RowReader}. Errors are {@link ApiException}s: 404 for a table that is not there.
 */
public interface Warehouse {
  /** The schema that streaming writers see now, if there is such a table (not a view). */
  Optional<TableSchema> schema(TableId table);

  /** Tells a table from an earlier or later one of its name. */
  String incarnation(TableId table);

  /** Columns of the primary key; empty without one. */
  List<String> primaryKey(TableId table);

  /** Location of the table's dataset, such as {@code US}. */
  String location(TableId table);

  /**
   * Adds rows, all or none of them; a row is the values of the columns in order, missing ones at
   * its end are NULL. They are visible on return.
   */
  void append(TableId table, List<? extends List<?>> rows);

  /** Replaces or deletes rows by primary key in the order given, all or none. */
  void change(TableId table, List<RowChange> changes);

  /**
   * Reads rows in storage order, from the state of this moment.
   *
   * @param columns what to read; empty is every column
   */
  RowCursor read(TableId table, List<String> columns, long offset);

  /**
   * Copies the rows of this moment to a table that nobody changes, for readers that come back.
   *
   * @param rowRestriction GoogleSQL condition, empty for every row
   */
  TableId snapshot(TableId table, List<String> columns, String rowRestriction);

  long rowCount(TableId table);

  /** When the table was made, for what the service hides for a while after that. */
  Instant created(TableId table);

  /** A row to write or, by its key alone, to delete: values of all columns in order. */
  record RowChange(boolean delete, List<?> row) {}

  /** Rows being read. Used by one thread. */
  interface RowCursor extends AutoCloseable {
    List<Field> fields();

    /** The next row, or null at the end. */
    List<Object> next();

    @Override
    void close();
  }
}
