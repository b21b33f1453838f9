package io.writeback.standin.bigquery.sql;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import io.writeback.standin.bigquery.catalog.Identifiers;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableId;
import io.writeback.standin.bigquery.catalog.TableSchema;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** ALTER TABLE with its list of actions. */
final class AlterTable {
  private final StatementRunner runner;
  private final TokenCursor in;
  private final Catalog catalog;

  AlterTable(StatementRunner runner, TokenCursor in) {
    this.runner = runner;
    this.in = in;
    this.catalog = runner.scope().catalog();
  }

  Outcome run() {
    boolean ifExists = in.take("IF", "EXISTS");
    TableId id = runner.scope().resolve(TableReferences.path(in));
    if (ifExists && catalog.find(id).isEmpty()) {
      return Outcome.ddl("ALTER_TABLE", id, "SKIP");
    }
    StoredTable table = runner.scope().table(id);
    catalog.metadataUpdate(table);
    do {
      action(table);
    } while (in.take(","));
    return Outcome.ddl("ALTER_TABLE", id, "ALTER");
  }

  private void action(StoredTable table) {
    if (in.take("ADD", "COLUMN")) {
      add(table);
    } else if (in.take("DROP", "COLUMN")) {
      drop(table);
    } else if (in.take("ALTER", "COLUMN")) {
      alterColumn(table);
    } else if (in.take("SET", "OPTIONS")) {
      ObjectNode properties = table.properties();
      TableOptions.read(runner, in.parenthesized(), properties);
      catalog.update(table, properties, table.schema(), false);
    } else if (in.take("ADD", "PRIMARY", "KEY")) {
      ObjectNode properties = table.properties();
      var key =
          properties
              .withObjectProperty("tableConstraints")
              .withObjectProperty("primaryKey")
              .putArray("columns");
      Renderer.split(in.parenthesized()).forEach(part -> key.add(part.get(0).text()));
      in.take("NOT", "ENFORCED");
      catalog.update(table, properties, table.schema(), false);
    } else if (in.take("DROP", "PRIMARY", "KEY")) {
      ObjectNode properties = table.properties();
      properties.remove("tableConstraints");
      catalog.update(table, properties, table.schema(), false);
    } else {
      throw SqlErrors.unsupported("ALTER TABLE " + in.describe());
    }
  }

  private void add(StoredTable table) {
    boolean ifNotExists = in.take("IF", "NOT", "EXISTS");
    int from = in.position();
    while (!in.atEnd() && !endOfAction()) {
      in.next();
    }
    List<Token> definition = TokenCursor.slice(in.tokens(), from, in.position());
    Field field =
        ColumnDefinition.parse(runner, new TokenCursor(in.sql(), definition), table.properties());
    if (table.schema().field(field.name()).isPresent()) {
      if (ifNotExists) {
        return;
      }
      throw ApiException.invalidQuery(
          "Column already exists: " + field.name() + " in table " + table.id());
    }
    List<Field> fields = new ArrayList<>(table.schema().fields());
    fields.add(field);
    catalog.update(table, table.properties(), new TableSchema(fields), false);
  }

  /** A comma that begins the next action, not one inside of a type. */
  private boolean endOfAction() {
    return in.sees(",") && in.peek(1).isAny("ADD", "DROP", "ALTER", "SET");
  }

  private void drop(StoredTable table) {
    boolean ifExists = in.take("IF", "EXISTS");
    String name = in.name();
    if (table.schema().field(name).isEmpty()) {
      if (ifExists) {
        return;
      }
      throw ApiException.invalidQuery("Column not found: " + name);
    }
    List<Field> fields = new ArrayList<>(table.schema().fields());
    fields.removeIf(field -> field.name().equalsIgnoreCase(name));
    catalog.alter(
        table, List.of("DROP COLUMN " + Identifiers.quote(name)), new TableSchema(fields));
  }

  private void alterColumn(StoredTable table) {
    String name = in.name();
    Field before =
        table
            .schema()
            .field(name)
            .orElseThrow(() -> ApiException.invalidQuery("Column not found: " + name));
    if (in.take("DROP", "NOT", "NULL")) {
      List<Field> fields = new ArrayList<>(table.schema().fields());
      fields.replaceAll(f -> f == before ? f.withMode(Field.Mode.NULLABLE) : f);
      catalog.update(table, table.properties(), new TableSchema(fields), false);
    } else if (in.take("SET", "DEFAULT")) {
      int from = in.position();
      while (!in.atEnd() && !endOfAction()) {
        in.next();
      }
      redefine(
          table, before, StatementText.of(TokenCursor.slice(in.tokens(), from, in.position())));
    } else if (in.take("DROP", "DEFAULT")) {
      redefine(table, before, null);
    } else if (in.take("SET", "DATA", "TYPE")) {
      widen(table, before, TypeParser.parse(in, before.name()));
    } else {
      throw SqlErrors.unsupported("ALTER COLUMN " + in.describe());
    }
  }

  private void redefine(StoredTable table, Field before, String expression) {
    Field after = Field.parse(before.toJson());
    after.extras().remove("defaultValueExpression");
    if (expression != null) {
      after.extras().put("defaultValueExpression", expression);
    }
    List<Field> fields = new ArrayList<>(table.schema().fields());
    fields.replaceAll(f -> f == before ? after : f);
    catalog.update(table, table.properties(), new TableSchema(fields), false);
  }

  private void widen(StoredTable table, Field before, Field after) {
    Set<FieldType> wider =
        switch (before.type()) {
          case INT64 -> EnumSet.of(FieldType.NUMERIC, FieldType.BIGNUMERIC, FieldType.FLOAT64);
          case NUMERIC -> EnumSet.of(FieldType.BIGNUMERIC, FieldType.FLOAT64);
          default -> EnumSet.noneOf(FieldType.class);
        };
    if (before.type() != after.type() && !wider.contains(after.type())) {
      throw ApiException.invalidQuery(
          "ALTER TABLE ALTER COLUMN SET DATA TYPE requires that the existing column type ("
              + before.type()
              + ") is assignable to the new type ("
              + after.type()
              + ")");
    }
    if (table.streaming().rows(catalog.now()) > 0) {
      throw ApiException.invalidQuery(
          "Cannot change the type of a column of a table with recently streamed data: "
              + table.id());
    }
    Field widened = after.withMode(before.mode());
    List<Field> fields = new ArrayList<>(table.schema().fields());
    fields.replaceAll(f -> f == before ? widened : f);
    catalog.alter(
        table,
        List.of(
            "ALTER COLUMN "
                + Identifiers.quote(before.name())
                + " SET DATA TYPE "
                + widened.duckType()),
        new TableSchema(fields));
  }
}
