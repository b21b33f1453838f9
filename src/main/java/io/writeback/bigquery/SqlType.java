package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import java.util.stream.Collectors;

/** The type of a column as SQL writes it, without length or precision. Pure. */
final class SqlType {
  private SqlType() {}

  static String of(TableFieldSchema column) {
    String one = single(column);
    return TableFields.REPEATED.equals(column.getMode()) ? "ARRAY<" + one + ">" : one;
  }

  private static String single(TableFieldSchema column) {
    String type = TableFields.canonicalType(column.getType());
    return switch (type) {
      case "INTEGER" -> "INT64";
      case "FLOAT" -> "FLOAT64";
      case "BOOLEAN" -> "BOOL";
      case "RANGE" -> "RANGE<" + column.getRangeElementType().getType() + ">";
      case "RECORD" ->
          column.getFields().stream()
              .map(field -> BigQuerySql.quote(field.getName()) + " " + of(field))
              .collect(Collectors.joining(", ", "STRUCT<", ">"));
      default -> type;
    };
  }
}
