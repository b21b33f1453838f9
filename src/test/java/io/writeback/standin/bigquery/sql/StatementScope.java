package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import io.writeback.standin.bigquery.catalog.Identifiers;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Names in the statements of one query job: tables, temporary tables, variables, parameters. */
final class StatementScope implements Scope {
  private final Catalog catalog;
  private final QuerySettings settings;
  private final Map<String, TableId> temporary = new HashMap<>();
  private final Map<String, Value> variables = new HashMap<>();
  private long rowCount;
  private String errorMessage = "";

  StatementScope(Catalog catalog, QuerySettings settings) {
    this.catalog = catalog;
    this.settings = settings;
  }

  Catalog catalog() {
    return catalog;
  }

  QuerySettings settings() {
    return settings;
  }

  void temporary(String name, TableId table) {
    temporary.put(name.toLowerCase(Locale.ROOT), table);
  }

  Map<String, TableId> temporaries() {
    return temporary;
  }

  void declare(String name, Value value) {
    if (variables.putIfAbsent(name.toLowerCase(Locale.ROOT), value) != null) {
      throw ApiException.invalidQuery("Variable '" + name + "' redeclaration");
    }
  }

  void assign(String name, Object value) {
    Value before = variables.get(name.toLowerCase(Locale.ROOT));
    if (before == null) {
      throw ApiException.invalidQuery("Undeclared variable: " + name);
    }
    variables.put(name.toLowerCase(Locale.ROOT), new Value(before.type(), value));
  }

  Field variableType(String name) {
    return variable(name)
        .orElseThrow(() -> ApiException.invalidQuery("Undeclared variable: " + name))
        .type();
  }

  void forget(String name) {
    variables.remove(name.toLowerCase(Locale.ROOT));
  }

  void rowCount(long rows) {
    rowCount = rows;
  }

  void errorMessage(String message) {
    errorMessage = message;
  }

  String errorMessage() {
    return errorMessage;
  }

  @Override
  public StoredTable table(TableId id) {
    StoredTable table =
        catalog
            .find(id)
            .orElseThrow(
                () -> {
                  boolean dataset = catalog.findDataset(id.datasetId()).isPresent();
                  return ApiException.notFound(
                      (dataset ? "Table " + id : "Dataset " + id.datasetId())
                          + " was not found in location "
                          + settings.location());
                });
    if (!table.location().equalsIgnoreCase(settings.location())) {
      throw ApiException.notFound(
          "Dataset " + id.datasetId() + " was not found in location " + settings.location());
    }
    return table;
  }

  @Override
  public TableId resolve(List<String> path) {
    String last = path.get(path.size() - 1);
    if (path.size() == 1) {
      TableId temp = temporary.get(last.toLowerCase(Locale.ROOT));
      if (temp != null) {
        return temp;
      }
      return settings
          .defaultDataset()
          .orElseThrow(
              () ->
                  ApiException.invalidQuery(
                      "Table \""
                          + last
                          + "\" must be qualified with a dataset (e.g. dataset.table)."))
          .table(last);
    }
    if (path.size() == 2) {
      return new TableId(settings.project(), path.get(0), last);
    }
    if (path.size() == 3) {
      return new TableId(path.get(0), path.get(1), last);
    }
    throw ApiException.invalidQuery("Invalid table name: " + String.join(".", path));
  }

  @Override
  public String informationSchema(List<String> path) {
    return InformationSchema.render(this, path);
  }

  @Override
  public Optional<Value> variable(String name) {
    return Optional.ofNullable(variables.get(name.toLowerCase(Locale.ROOT)));
  }

  @Override
  public String parameter(String name) {
    QuerySettings.Parameter parameter = settings.named().get(name.toLowerCase(Locale.ROOT));
    if (parameter == null) {
      throw ApiException.invalidQuery("Query parameter '" + name + "' not found");
    }
    return Literals.of(parameter.type(), parameter.value());
  }

  @Override
  public String positional(int index) {
    if (index >= settings.positional().size()) {
      throw ApiException.invalidQuery("Query parameter number " + (index + 1) + " is not defined");
    }
    QuerySettings.Parameter parameter = settings.positional().get(index);
    return Literals.of(parameter.type(), parameter.value());
  }

  @Override
  public String systemVariable(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "row_count" -> Literals.of(Field.of("", FieldType.INT64), rowCount);
      case "error.message" -> Identifiers.text(errorMessage);
      case "project_id" -> Identifiers.text(settings.project());
      case "script.job_id" -> Identifiers.text(settings.jobId());
      case "time_zone" -> "'UTC'";
      default -> throw ApiException.invalidQuery("Unrecognized system variable: @@" + name);
    };
  }
}
