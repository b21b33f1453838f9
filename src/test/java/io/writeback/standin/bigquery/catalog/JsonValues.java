package io.writeback.standin.bigquery.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Rows from JSON objects, for insertAll and for loads of newline-delimited JSON.
 *
 * @param ignoreUnknown whether keys without a column are dropped
 * @param takesDefaults whether a column that a row does not mention gets its default
 */
public record JsonValues(List<Field> fields, boolean ignoreUnknown, boolean takesDefaults) {
  /** A value that does not fit its column, with the path to it. */
  public static final class BadValue extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String path;

    BadValue(String path, String message) {
      super(message);
      this.path = path;
    }

    public String path() {
      return path;
    }
  }

  /** The values of the columns in order. */
  public List<Object> row(JsonNode object) {
    if (!object.isObject()) {
      throw new BadValue("", "Parser terminated before end of string: not a JSON object");
    }
    return struct(fields, object, "");
  }

  private boolean takesDefault(Field column, JsonNode node) {
    return takesDefaults && node == null && column.defaultValue().isPresent();
  }

  private List<Object> struct(List<Field> columns, JsonNode object, String prefix) {
    int known = 0;
    List<Object> values = new ArrayList<>(columns.size());
    for (Field column : columns) {
      JsonNode node = object.get(column.name());
      if (node == null) {
        node = caseless(object, column.name());
      }
      known += node == null ? 0 : 1;
      String path = prefix + column.name();
      Object value = node == null || node.isNull() ? null : value(column, node, path);
      if (takesDefault(column, node)) {
        value = DefaultValues.DEFAULT;
      }
      if (value == null && column.required()) {
        throw new BadValue(path, "Missing required field: " + path + ".");
      }
      values.add(value);
    }
    if (known < object.size() && !ignoreUnknown) {
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        if (columns.stream().noneMatch(c -> c.name().equalsIgnoreCase(entry.getKey()))) {
          throw new BadValue(
              prefix + entry.getKey(), "no such field: " + prefix + entry.getKey() + ".");
        }
      }
    }
    return values;
  }

  private static JsonNode caseless(JsonNode object, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (entry.getKey().toLowerCase(Locale.ROOT).equals(lower)) {
        return entry.getValue();
      }
    }
    return null;
  }

  private Object value(Field field, JsonNode node, String path) {
    if (field.repeated()) {
      if (!node.isArray()) {
        throw new BadValue(
            path, "Array specified for non-repeated field, or the reverse: " + path + ".");
      }
      List<Object> elements = new ArrayList<>(node.size());
      for (JsonNode element : node) {
        if (element.isNull()) {
          throw new BadValue(path, "Only optional fields can be set to NULL. Field: " + path);
        }
        elements.add(value(field.element(), element, path));
      }
      return elements;
    }
    if (field.type() == FieldType.STRUCT) {
      if (!node.isObject()) {
        throw new BadValue(path, "This field: " + path + " is not a record.");
      }
      return struct(field.fields(), node, path + ".");
    }
    if (field.type() == FieldType.RANGE) {
      return range(field, node, path);
    }
    if (field.type() == FieldType.JSON) {
      return node.isTextual() && looksLikeJson(node.asText()) ? node.asText() : node.toString();
    }
    if (node.isArray()) {
      throw new BadValue(path, "Array specified for non-repeated field: " + path + ".");
    }
    if (node.isObject()) {
      throw new BadValue(path, "This field: " + path + " is a record, the column is not.");
    }
    try {
      if (field.type() == FieldType.TIMESTAMP && node.isNumber()) {
        return ValueParser.epochSeconds(node.decimalValue());
      }
      return ValueParser.parse(field, node.asText());
    } catch (IllegalArgumentException e) {
      throw new BadValue(path, badText(field, node.asText(), path));
    }
  }

  /** An object with start and end; one that is missing or null is unbounded. */
  private Object range(Field field, JsonNode node, String path) {
    if (!node.isObject()) {
      throw new BadValue(path, "This field: " + path + " is not a record.");
    }
    List<Object> bounds = struct(Ranges.bounds(field), node, path + ".");
    try {
      return Ranges.of(bounds.get(0), bounds.get(1));
    } catch (IllegalArgumentException e) {
      throw new BadValue(path, "Invalid RANGE for field " + path + ": " + e.getMessage());
    }
  }

  private static boolean looksLikeJson(String text) {
    try {
      ValueParser.parse(Field.of("", FieldType.JSON), text);
      return true;
    } catch (IllegalArgumentException plainText) {
      return false;
    }
  }

  private static String badText(Field field, String text, String path) {
    String shown = text.length() > 100 ? text.substring(0, 100) + "..." : text;
    return switch (field.type()) {
      case INT64 -> "Cannot convert value to integer (bad value): " + shown + " Field: " + path;
      case FLOAT64 -> "Cannot convert value to floating point (bad value): " + shown;
      case BOOL -> "Cannot convert value to boolean (bad value): " + shown;
      default -> "Could not parse '" + shown + "' as " + field.type() + " for field " + path;
    };
  }
}
