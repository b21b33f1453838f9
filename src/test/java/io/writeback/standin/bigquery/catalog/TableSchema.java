package io.writeback.standin.bigquery.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The columns of a table, in order. Column names compare without case. */
public record TableSchema(List<Field> fields) {
  public static final TableSchema EMPTY = new TableSchema(List.of());

  public TableSchema {
    fields = List.copyOf(fields);
  }

  public static TableSchema parse(JsonNode schema) {
    List<Field> fields = new ArrayList<>();
    schema.path("fields").forEach(field -> fields.add(Field.parse(field)));
    TableSchema parsed = new TableSchema(fields);
    NameRules.checkColumns(parsed);
    return parsed;
  }

  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    var array = json.putArray("fields");
    fields.forEach(field -> array.add(field.toJson()));
    return json;
  }

  public Optional<Field> field(String name) {
    return fields.stream().filter(f -> f.name().equalsIgnoreCase(name)).findFirst();
  }

  public List<String> names() {
    return fields.stream().map(Field::name).toList();
  }

  public boolean isEmpty() {
    return fields.isEmpty();
  }
}
