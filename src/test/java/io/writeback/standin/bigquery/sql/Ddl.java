package io.writeback.standin.bigquery.sql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.DatasetId;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableId;
import io.writeback.standin.bigquery.catalog.TableSchema;
import java.util.List;
import java.util.Optional;

/** CREATE, DROP and ALTER (documentation page "Data definition language"). */
final class Ddl {
  private final StatementRunner runner;
  private final TokenCursor in;
  private final Catalog catalog;

  Ddl(StatementRunner runner, TokenCursor in) {
    this.runner = runner;
    this.in = in;
    this.catalog = runner.scope().catalog();
  }

  Outcome run() {
    if (in.take("CREATE")) {
      boolean replace = in.take("OR", "REPLACE");
      boolean temporary = in.take("TEMP") || in.take("TEMPORARY");
      if (in.take("TABLE")) {
        refuseInTransaction(temporary);
        return new CreateTable(runner, in, replace, temporary).run();
      }
      refuseInTransaction(false);
      if (in.take("VIEW")) {
        return createView(replace);
      }
      if (in.take("SCHEMA")) {
        return createSchema();
      }
      throw in.error("Unexpected " + in.describe());
    }
    if (in.take("DROP")) {
      return drop();
    }
    in.expect("ALTER");
    refuseInTransaction(false);
    in.expect("TABLE");
    return new AlterTable(runner, in).run();
  }

  private void refuseInTransaction(boolean allowed) {
    if (runner.session().inTransaction() && !allowed) {
      throw ApiException.invalidQuery(
          "DDL statements that affect permanent entities are not supported in a transaction");
    }
  }

  private Outcome createView(boolean replace) {
    boolean ifNotExists = in.take("IF", "NOT", "EXISTS");
    TableId id = runner.scope().resolve(TableReferences.path(in));
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    if (in.take("OPTIONS")) {
      TableOptions.read(runner, in.parenthesized(), properties);
    }
    in.expect("AS");
    List<Token> query = in.until();
    Optional<StoredTable> before = catalog.find(id);
    if (before.isPresent() && ifNotExists) {
      return Outcome.ddl("CREATE_VIEW", id, "SKIP");
    }
    if (before.isPresent() && replace) {
      catalog.drop(id);
    }
    TableSchema schema = describe(query);
    properties.putObject("view").put("query", StatementText.of(query)).put("useLegacySql", false);
    catalog.create(id, properties, schema);
    return Outcome.ddl("CREATE_VIEW", id, before.isPresent() ? "REPLACE" : "CREATE");
  }

  private TableSchema describe(List<Token> query) {
    return catalog.describe(runner.session(), runner.render(query).sql());
  }

  private Outcome createSchema() {
    boolean ifNotExists = in.take("IF", "NOT", "EXISTS");
    DatasetId id = dataset();
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    if (in.take("OPTIONS")) {
      TableOptions.read(runner, in.parenthesized(), properties);
    }
    if (catalog.findDataset(id).isPresent() && ifNotExists) {
      return Outcome.ddl("CREATE_SCHEMA", id.table(""), "SKIP");
    }
    String location = properties.path("location").asText(runner.scope().settings().location());
    properties.remove("location");
    catalog.createDataset(id, location, properties);
    return Outcome.ddl("CREATE_SCHEMA", id.table(""), "CREATE");
  }

  private DatasetId dataset() {
    List<String> path = TableReferences.path(in);
    String project = path.size() > 1 ? path.get(0) : runner.scope().settings().project();
    return new DatasetId(project, path.get(path.size() - 1));
  }

  private Outcome drop() {
    if (in.take("SCHEMA")) {
      refuseInTransaction(false);
      boolean ifExists = in.take("IF", "EXISTS");
      DatasetId id = dataset();
      if (ifExists && catalog.findDataset(id).isEmpty()) {
        return Outcome.ddl("DROP_SCHEMA", id.table(""), "SKIP");
      }
      catalog.dropDataset(id, in.take("CASCADE"));
      return Outcome.ddl("DROP_SCHEMA", id.table(""), "DROP");
    }
    boolean view = in.take("VIEW");
    if (!view) {
      in.expect("TABLE");
    }
    boolean ifExists = in.take("IF", "EXISTS");
    TableId id = runner.scope().resolve(TableReferences.path(in));
    refuseInTransaction(runner.scope().temporaries().containsValue(id));
    String kind = view ? "DROP_VIEW" : "DROP_TABLE";
    Optional<StoredTable> table = catalog.find(id);
    if (table.isEmpty() && ifExists) {
      return Outcome.ddl(kind, id, "SKIP");
    }
    StoredTable found = runner.scope().table(id);
    if (found.viewQuery().isPresent() != view) {
      throw ApiException.invalidQuery(
          id + " is not allowed for this operation because it is " + (view ? "a TABLE" : "a VIEW"));
    }
    catalog.drop(id);
    return Outcome.ddl(kind, id, "DROP");
  }
}
