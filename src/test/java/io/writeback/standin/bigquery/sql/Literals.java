package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import io.writeback.standin.bigquery.catalog.Identifiers;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Values of parameters and variables as literals of DuckDB's dialect. */
final class Literals {
  private Literals() {}

  static String of(Field field, Object value) {
    if (value == null) {
      return "CAST(NULL AS " + field.duckType() + ")";
    }
    if (field.repeated()) {
      List<String> elements = new ArrayList<>();
      for (Object element : (List<?>) value) {
        elements.add(of(field.element(), element));
      }
      return "CAST([" + String.join(", ", elements) + "] AS " + field.duckType() + ")";
    }
    if (field.type() == FieldType.STRUCT) {
      List<String> members = new ArrayList<>();
      List<?> values = (List<?>) value;
      for (int i = 0; i < field.fields().size(); i++) {
        Field child = field.fields().get(i);
        members.add(Identifiers.text(child.name()) + ": " + of(child, values.get(i)));
      }
      return "CAST({" + String.join(", ", members) + "} AS " + field.duckType() + ")";
    }
    return switch (field.type()) {
      case STRING -> Identifiers.text((String) value);
      case BYTES -> "from_hex('" + HexFormat.of().formatHex((byte[]) value) + "')";
      case NUMERIC, BIGNUMERIC ->
          "CAST('" + ((BigDecimal) value).toPlainString() + "' AS " + field.duckType() + ")";
      default -> "CAST(" + Identifiers.text(value.toString()) + " AS " + field.duckType() + ")";
    };
  }
}
