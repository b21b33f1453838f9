package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import java.util.stream.Collectors;

/** GoogleSQL names of types. */
final class TypeNames {
  private TypeNames() {}

  static String of(Field field) {
    String name = element(field);
    return field.repeated() ? "ARRAY<" + name + ">" : name;
  }

  private static String element(Field field) {
    if (field.type() == FieldType.STRUCT) {
      return field.fields().stream()
          .map(child -> child.name() + " " + of(child))
          .collect(Collectors.joining(", ", "STRUCT<", ">"));
    }
    if (field.extras().hasNonNull("precision")) {
      String scale =
          field.extras().hasNonNull("scale") ? ", " + field.extras().get("scale").asText() : "";
      return field.type() + "(" + field.extras().get("precision").asText() + scale + ")";
    }
    if (field.extras().hasNonNull("maxLength")) {
      return field.type() + "(" + field.extras().get("maxLength").asText() + ")";
    }
    return field.type().name();
  }
}
