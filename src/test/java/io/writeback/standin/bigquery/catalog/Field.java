package io.writeback.standin.bigquery.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One column, or one field of a STRUCT.
 *
 * @param fields of a STRUCT, empty otherwise
 * @param extras what the service only keeps and returns: description, precision, scale, maxLength,
 *     defaultValueExpression, policyTags and the like
 */
public record Field(String name, FieldType type, Mode mode, List<Field> fields, ObjectNode extras) {
  /** Mode of a field. */
  public enum Mode {
    NULLABLE,
    REQUIRED,
    REPEATED
  }

  public Field {
    fields = List.copyOf(fields);
  }

  public static Field of(String name, FieldType type) {
    return of(name, type, Mode.NULLABLE);
  }

  public static Field of(String name, FieldType type, Mode mode, Field... fields) {
    return new Field(name, type, mode, List.of(fields), JsonNodeFactory.instance.objectNode());
  }

  public boolean repeated() {
    return mode == Mode.REPEATED;
  }

  public boolean required() {
    return mode == Mode.REQUIRED;
  }

  public Field named(String other) {
    return new Field(other, type, mode, fields, extras);
  }

  public Field withMode(Mode other) {
    return new Field(name, type, other, fields, extras);
  }

  /** The same field as one element of its array. */
  public Field element() {
    return repeated() ? withMode(Mode.NULLABLE) : this;
  }

  /** What the column holds where a row has nothing for it; empty for NULL. */
  public Optional<String> defaultValue() {
    return Optional.ofNullable(extras.get("defaultValueExpression"))
        .filter(JsonNode::isTextual)
        .map(text -> text.asText().strip());
  }

  public static Field parse(JsonNode json) {
    if (!json.hasNonNull("name")) {
      throw ApiException.required("schema.fields.name");
    }
    String name = json.get("name").asText();
    if (!json.hasNonNull("type")) {
      throw ApiException.invalid("Field " + name + " is missing a type");
    }
    FieldType type = FieldType.parse(json.get("type").asText());
    Mode mode = mode(json.path("mode").asText("NULLABLE"));
    List<Field> fields = new ArrayList<>();
    json.path("fields").forEach(child -> fields.add(parse(child)));
    if (type == FieldType.STRUCT && fields.isEmpty()) {
      throw ApiException.invalid("Field " + name + " is type RECORD but has no schema");
    }
    if (fields.stream().anyMatch(child -> child.defaultValue().isPresent())) {
      throw ApiException.invalid(
          "Default values are for top-level columns only, field " + name + " has one inside");
    }
    ObjectNode extras = ((ObjectNode) json).deepCopy();
    extras.remove(List.of("name", "type", "mode", "fields"));
    Field field = new Field(name, type, mode, fields, extras);
    if (type == FieldType.RANGE) {
      Ranges.check(field);
    }
    return field;
  }

  private static Mode mode(String text) {
    try {
      return Mode.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid("Invalid value for mode: " + text);
    }
  }

  public ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", name)
            .put("type", type.restName())
            .put("mode", mode.name());
    if (!fields.isEmpty()) {
      var children = json.putArray("fields");
      fields.forEach(child -> children.add(child.toJson()));
    }
    json.setAll(extras);
    return json;
  }

  /** The type that holds this field in DuckDB. */
  public String duckType() {
    return elementDuckType() + (repeated() ? "[]" : "");
  }

  private String elementDuckType() {
    if (type == FieldType.STRUCT) {
      return fields.stream()
          .map(f -> Identifiers.quote(f.name()) + " " + f.duckType())
          .collect(Collectors.joining(", ", "STRUCT(", ")"));
    }
    if (type == FieldType.NUMERIC && extras.hasNonNull("precision")) {
      return "DECIMAL("
          + extras.get("precision").asInt()
          + ","
          + extras.path("scale").asInt()
          + ")";
    }
    return type.duck();
  }
}
