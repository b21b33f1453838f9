package io.writeback.domo;

import io.writeback.retry.FaultException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How column names become field names. */
enum FieldNames {
  /**
   * Avro's rule, {@code [A-Za-z_][A-Za-z0-9_]*} (Avro specification, "Names"): Domo's own example
   * {@code % of Inventory Value} is refused by an Avro converter.
   */
  SAFE {
    @Override
    String field(String column) {
      return safe(column);
    }
  },
  AS_IS {
    @Override
    String field(String column) {
      return column;
    }
  };

  abstract String field(String column);

  static FieldNames of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('.', '_'));
  }

  /**
   * The field names of the columns, in their order.
   *
   * @throws FaultException of kind configuration if two columns get one name, or one gets none
   */
  List<String> fields(List<DomoColumn> columns) {
    Map<String, String> owners = new LinkedHashMap<>();
    List<String> fields = new ArrayList<>(columns.size());
    for (DomoColumn column : columns) {
      String field = field(column.name());
      if (field.isEmpty()) {
        throw FaultException.configuration(
            String.format(
                "column %d has no name, which no field can be without: name it in Domo, or set"
                    + " domo.field.names=safe",
                fields.size() + 1),
            null);
      }
      String other = owners.put(field, column.name());
      if (other != null) {
        throw FaultException.configuration(
            String.format(
                "columns \"%s\" and \"%s\" both become field %s: rename one in Domo%s",
                other, column.name(), field, this == SAFE ? ", or set domo.field.names=as.is" : ""),
            null);
      }
      fields.add(field);
    }
    return fields;
  }

  static String safe(String text) {
    StringBuilder out = new StringBuilder(text.length() + 1);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      boolean digit = c >= '0' && c <= '9';
      if (out.isEmpty() && digit) {
        out.append('_');
      }
      out.append(letter || digit ? c : '_');
    }
    return out.isEmpty() ? "_" : out.toString();
  }
}
