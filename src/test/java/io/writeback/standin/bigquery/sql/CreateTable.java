package io.writeback.standin.bigquery.sql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.DatasetId;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.StoreSession;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableId;
import io.writeback.standin.bigquery.catalog.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** CREATE TABLE, with columns, LIKE, or AS a query. */
final class CreateTable {
  private final StatementRunner runner;
  private final TokenCursor in;
  private final boolean replace;
  private final boolean temporary;
  private final Catalog catalog;
  private final ObjectNode properties = JsonNodeFactory.instance.objectNode();

  CreateTable(StatementRunner runner, TokenCursor in, boolean replace, boolean temporary) {
    this.runner = runner;
    this.in = in;
    this.replace = replace;
    this.temporary = temporary;
    this.catalog = runner.scope().catalog();
  }

  Outcome run() {
    boolean ifNotExists = in.take("IF", "NOT", "EXISTS");
    List<String> path = TableReferences.path(in);
    TableId id = temporary ? temporary(path) : runner.scope().resolve(path);
    Optional<TableSchema> schema = Optional.empty();
    if (in.sees("(")) {
      schema = Optional.of(columns(in.parenthesized()));
    }
    if (in.take("LIKE") || in.take("COPY") || in.take("CLONE")) {
      boolean rows = !in.peek(-1).is("LIKE");
      StoredTable source = runner.scope().table(runner.scope().resolve(TableReferences.path(in)));
      properties.setAll(source.properties());
      properties.remove("expirationTime");
      schema = Optional.of(source.schema());
      clauses();
      return create(id, ifNotExists, schema, rows ? "SELECT * FROM " + source.physical() : null);
    }
    clauses();
    String select = in.take("AS") ? runner.render(in.until()).sql() : null;
    if (!in.atEnd()) {
      throw in.error("Unexpected " + in.describe());
    }
    return create(id, ifNotExists, schema, select);
  }

  private TableId temporary(List<String> path) {
    QuerySettings settings = runner.scope().settings();
    DatasetId hidden = catalog.hiddenDataset(settings.project(), settings.location());
    TableId id =
        hidden.table(path.get(path.size() - 1) + "_" + Long.toHexString(System.nanoTime()));
    runner.scope().temporary(path.get(path.size() - 1), id);
    return id;
  }

  private Outcome create(
      TableId id, boolean ifNotExists, Optional<TableSchema> schema, String select) {
    String kind = select == null ? "CREATE_TABLE" : "CREATE_TABLE_AS_SELECT";
    boolean exists = catalog.find(id).isPresent();
    if (exists && ifNotExists) {
      return Outcome.ddl(kind, id, "SKIP");
    }
    if (select == null) {
      if (exists && replace) {
        catalog.drop(id);
      }
      catalog.create(id, properties, schema.orElse(TableSchema.EMPTY));
    } else {
      createAs(id, schema, select);
    }
    return Outcome.ddl(kind, id, exists ? "REPLACE" : "CREATE");
  }

  private void createAs(TableId id, Optional<TableSchema> schema, String select) {
    if (!runner.session().inTransaction()) {
      catalog.createAs(runner.session(), id, properties, schema, select, replace);
      return;
    }
    // Only a temporary table can be made in a transaction; a session beside it makes it at once.
    StoredTable rows =
        Results.store(
            catalog, runner.session(), id.project(), runner.scope().settings().location(), select);
    try (StoreSession beside = catalog.session()) {
      catalog.createAs(beside, id, properties, schema, "SELECT * FROM " + rows.physical(), replace);
    }
  }

  private TableSchema columns(List<Token> inside) {
    List<Field> fields = new ArrayList<>();
    for (List<Token> part : AngleBrackets.split(inside)) {
      TokenCursor column = new TokenCursor(in.sql(), part);
      if (column.take("CONSTRAINT")) {
        column.name();
      }
      if (column.take("PRIMARY", "KEY")) {
        primaryKey(column.parenthesized());
      } else if (!column.take("FOREIGN", "KEY")) {
        fields.add(ColumnDefinition.parse(runner, column, properties));
      }
    }
    return new TableSchema(fields);
  }

  private void primaryKey(List<Token> columns) {
    var key =
        properties
            .withObjectProperty("tableConstraints")
            .withObjectProperty("primaryKey")
            .putArray("columns");
    Renderer.split(columns).forEach(part -> key.add(part.get(0).text()));
  }

  private void clauses() {
    while (true) {
      if (in.take("PARTITION", "BY")) {
        PartitionClause.read(in.until("CLUSTER", "OPTIONS", "AS"), properties);
      } else if (in.take("CLUSTER", "BY")) {
        var fields = properties.putObject("clustering").putArray("fields");
        Renderer.split(in.until("OPTIONS", "AS")).forEach(p -> fields.add(p.get(0).text()));
      } else if (in.take("OPTIONS")) {
        TableOptions.read(runner, in.parenthesized(), properties);
      } else {
        return;
      }
    }
  }
}
