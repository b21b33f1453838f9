package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * SQL that makes a staged value one for the column that shows it. SQL itself goes by position: a
 * struct whose fields are in another order would put each value into another field, and one with a
 * field less would not be taken. Here fields go where their names are, at any depth. Pure.
 */
final class ShownValue {
  /** How many arrays the one at hand is in, so that no name hides another. */
  private final int depth;

  private ShownValue(int depth) {
    this.depth = depth;
  }

  /** The value of a staged column. */
  static String of(TableFieldSchema staged, TableFieldSchema shown) {
    return new ShownValue(0).value(staged, shown, BigQuerySql.quote(staged.getName()), false);
  }

  private String value(
      TableFieldSchema staged, TableFieldSchema shown, String value, boolean inside) {
    if (TableFields.REPEATED.equals(staged.getMode())) {
      String item = "item_" + depth;
      String one = new ShownValue(depth + 1).single(staged, shown, item, true, true);
      return one.equals(item)
          ? value
          : "ARRAY(SELECT %s FROM UNNEST(%s) AS %s WITH OFFSET AS at_%d ORDER BY at_%d)"
              .formatted(one, value, item, depth, depth);
    }
    return single(staged, shown, value, inside, false);
  }

  /**
   * One value.
   *
   * @param inside whether it is in a struct or array, where INSERT coerces nothing
   * @param item whether it is in an array, and so never NULL
   */
  private String single(
      TableFieldSchema staged, TableFieldSchema shown, String value, boolean inside, boolean item) {
    String from = TableFields.canonicalType(staged.getType());
    String to = TableFields.canonicalType(shown.getType());
    if (from.equals("RECORD") && to.equals("RECORD")) {
      String struct = struct(staged.getFields(), shown.getFields(), value);
      return struct.equals(value) || item
          ? struct
          : "IF(%s IS NULL, NULL, %s)".formatted(value, struct);
    }
    if (from.equals(to)) {
      return value;
    }
    if (to.equals("STRING")) {
      return (from.equals("JSON") ? "TO_JSON_STRING(%s)" : "CAST(%s AS STRING)").formatted(value);
    }
    return inside ? "CAST(%s AS %s)".formatted(value, to) : value;
  }

  private String struct(List<TableFieldSchema> staged, List<TableFieldSchema> shown, String value) {
    List<String> members = new ArrayList<>();
    boolean same = staged.size() == shown.size();
    for (int i = 0; i < shown.size(); i++) {
      TableFieldSchema field = shown.get(i);
      Optional<TableFieldSchema> source = TableFields.find(staged, field.getName());
      String path = source.map(s -> value + "." + BigQuerySql.quote(s.getName())).orElse("");
      String member = source.map(s -> value(s, field, path, true)).orElseGet(() -> nothing(field));
      same = same && member.equals(path) && source.get() == staged.get(i);
      members.add(member + " AS " + BigQuerySql.quote(field.getName()));
    }
    return same ? value : "STRUCT(" + String.join(", ", members) + ")";
  }

  /** A field that the staged rows do not have. */
  private static String nothing(TableFieldSchema field) {
    boolean repeated = TableFields.REPEATED.equals(field.getMode());
    return "CAST(%s AS %s)".formatted(repeated ? "[]" : "NULL", SqlType.of(field));
  }
}
