package io.writeback.standin.bigquery.job;

import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import io.writeback.standin.bigquery.catalog.Identifiers;
import io.writeback.standin.bigquery.catalog.ResultColumns;
import io.writeback.standin.bigquery.catalog.StoreSession;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableSchema;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Parquet, which DuckDB reads itself. Columns match by name. */
final class ParquetRows {
  private ParquetRows() {}

  private static String source(List<Path> files) {
    return files.stream()
        .map(file -> Identifiers.text(file.toString()))
        .collect(Collectors.joining(", ", "read_parquet([", "])"));
  }

  static TableSchema schema(StoreSession session, List<Path> files) {
    return session.run(() -> new TableSchema(columns(session, files)));
  }

  static long load(StoreSession session, StoredTable table, List<Path> files) throws SQLException {
    List<String> columns = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (Field found : columns(session, files)) {
      Field column =
          table
              .schema()
              .field(found.name())
              .orElseThrow(
                  () ->
                      ApiException.invalid(
                          "Provided Schema does not match Table "
                              + table.id()
                              + ". Cannot add fields (field: "
                              + found.name()
                              + ")"));
      if (column.type() == FieldType.JSON) {
        throw ApiException.invalid("Parquet cannot load the JSON column " + column.name());
      }
      boolean decimals =
          column.type() == FieldType.NUMERIC || column.type() == FieldType.BIGNUMERIC;
      boolean same =
          column.type() == found.type()
              || (decimals && found.type() == FieldType.NUMERIC)
              || (column.type() == FieldType.DATETIME && found.type() == FieldType.TIMESTAMP)
              || (column.type() == FieldType.TIMESTAMP && found.type() == FieldType.DATETIME);
      if (!same) {
        throw ApiException.invalid(
            "Provided Schema does not match Table "
                + table.id()
                + ". Field "
                + found.name()
                + " has changed type from "
                + column.type().restName()
                + " to "
                + found.type().restName());
      }
      columns.add(Identifiers.quote(column.name()));
      values.add("CAST(" + Identifiers.quote(found.name()) + " AS " + column.duckType() + ")");
    }
    try (Statement statement = session.connection().createStatement()) {
      return statement.executeLargeUpdate(
          "INSERT INTO "
              + table.physical()
              + " ("
              + String.join(", ", columns)
              + ") SELECT "
              + String.join(", ", values)
              + " FROM "
              + source(files));
    }
  }

  private static List<Field> columns(StoreSession session, List<Path> files) throws SQLException {
    try (Statement statement = session.connection().createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM " + source(files) + " LIMIT 0")) {
      ResultSetMetaData columns = rows.getMetaData();
      List<Field> fields = new ArrayList<>();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        fields.add(ResultColumns.field(columns.getColumnName(i), columns.getColumnTypeName(i)));
      }
      return fields;
    }
  }
}
