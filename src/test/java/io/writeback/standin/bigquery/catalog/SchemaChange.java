package io.writeback.standin.bigquery.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What turns one schema into another, if the service allows it: columns may be added at the end and
 * as NULLABLE or REPEATED, REQUIRED may be relaxed, texts may change; nothing may be dropped or
 * retyped (documentation page "Modifying table schemas").
 *
 * @param result the schema afterwards; an added column stands at the end
 * @param ddl statements without {@code ALTER TABLE t}
 */
record SchemaChange(TableSchema result, List<String> ddl) {
  static SchemaChange between(TableId table, TableSchema before, TableSchema after) {
    List<String> ddl = new ArrayList<>();
    List<Field> result = merge(table, before.fields(), after.fields(), "");
    for (Field field : result) {
      Optional<Field> old = before.field(field.name());
      String name = Identifiers.quote(field.name());
      if (old.isEmpty() && field.defaultValue().isPresent()) {
        // Documentation page "Specify default column values", "Limitations".
        throw mismatch(
            table,
            "A column with a default cannot be added to an existing table: add it without, then"
                + " set its default. (field: "
                + field.name()
                + ")");
      }
      if (old.isEmpty()) {
        ddl.add("ADD COLUMN " + name + " " + field.duckType());
      } else {
        if (!old.get().duckType().equals(field.duckType())) {
          ddl.add("ALTER COLUMN " + name + " SET DATA TYPE " + field.duckType());
        }
        if (!DefaultValues.clause(old.get()).equals(DefaultValues.clause(field))) {
          ddl.add(
              "ALTER COLUMN "
                  + name
                  + DefaultValues.expression(field)
                      .map(text -> " SET DEFAULT " + text)
                      .orElse(" DROP DEFAULT"));
        }
        if (old.get().required() && !field.required()) {
          ddl.add("ALTER COLUMN " + name + " DROP NOT NULL");
        }
      }
    }
    TableSchema schema = new TableSchema(result);
    NameRules.checkColumns(schema);
    return new SchemaChange(schema, ddl);
  }

  private static List<Field> merge(
      TableId table, List<Field> before, List<Field> after, String path) {
    List<Field> merged = new ArrayList<>();
    for (Field old : before) {
      Field now =
          find(after, old.name())
              .orElseThrow(
                  () ->
                      mismatch(table, "Field " + path + old.name() + " is missing in new schema"));
      merged.add(change(table, old, now, path));
    }
    for (Field now : after) {
      if (find(before, now.name()).isEmpty()) {
        if (now.required()) {
          throw mismatch(
              table,
              "Cannot add required fields to an existing schema. (field: "
                  + path
                  + now.name()
                  + ")");
        }
        merged.add(now);
      }
    }
    return merged;
  }

  private static Field change(TableId table, Field old, Field now, String path) {
    String name = path + old.name();
    if (old.type() != now.type()) {
      throw mismatch(
          table,
          "Field "
              + name
              + " has changed type from "
              + old.type().restName()
              + " to "
              + now.type().restName());
    }
    boolean relaxed = old.required() && now.mode() == Field.Mode.NULLABLE;
    if (old.mode() != now.mode() && !relaxed) {
      throw mismatch(
          table, "Field " + name + " has changed mode from " + old.mode() + " to " + now.mode());
    }
    return new Field(
        old.name(),
        old.type(),
        now.mode(),
        merge(table, old.fields(), now.fields(), name + "."),
        now.extras());
  }

  private static Optional<Field> find(List<Field> fields, String name) {
    return fields.stream().filter(f -> f.name().equalsIgnoreCase(name)).findFirst();
  }

  private static ApiException mismatch(TableId table, String what) {
    return ApiException.invalid("Provided Schema does not match Table " + table + ". " + what);
  }
}
