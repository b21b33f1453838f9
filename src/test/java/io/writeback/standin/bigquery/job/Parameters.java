package io.writeback.standin.bigquery.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import io.writeback.standin.bigquery.catalog.ValueParser;
import io.writeback.standin.bigquery.sql.QuerySettings.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Query parameters of the REST resource. */
final class Parameters {
  private Parameters() {}

  static Map<String, Parameter> named(JsonNode parameters) {
    Map<String, Parameter> named = new HashMap<>();
    for (JsonNode parameter : parameters) {
      if (!parameter.path("name").asText("").isEmpty()) {
        named.put(parameter.get("name").asText().toLowerCase(Locale.ROOT), read(parameter));
      }
    }
    return named;
  }

  static List<Parameter> positional(JsonNode parameters) {
    List<Parameter> positional = new ArrayList<>();
    for (JsonNode parameter : parameters) {
      if (parameter.path("name").asText("").isEmpty()) {
        positional.add(read(parameter));
      }
    }
    return positional;
  }

  private static Parameter read(JsonNode parameter) {
    String name = parameter.path("name").asText("p");
    Field type = type(name, parameter.path("parameterType"));
    return new Parameter(type, value(type, parameter.path("parameterValue")));
  }

  private static Field type(String name, JsonNode type) {
    String kind = type.path("type").asText();
    if (kind.equals("ARRAY")) {
      return type(name, type.path("arrayType")).withMode(Field.Mode.REPEATED);
    }
    List<Field> fields = new ArrayList<>();
    if (kind.equals("STRUCT")) {
      for (JsonNode child : type.path("structTypes")) {
        fields.add(type(child.path("name").asText(), child.path("type")));
      }
    }
    return new Field(
        name,
        FieldType.parse(kind),
        Field.Mode.NULLABLE,
        fields,
        JsonNodeFactory.instance.objectNode());
  }

  private static Object value(Field type, JsonNode value) {
    if (type.repeated()) {
      List<Object> elements = new ArrayList<>();
      value.path("arrayValues").forEach(element -> elements.add(value(type.element(), element)));
      return elements;
    }
    if (type.type() == FieldType.STRUCT) {
      List<Object> values = new ArrayList<>();
      for (Field child : type.fields()) {
        values.add(value(child, value.path("structValues").path(child.name())));
      }
      return values;
    }
    if (!value.hasNonNull("value")) {
      return null;
    }
    String text = value.get("value").asText();
    try {
      return ValueParser.parse(type, text);
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid(
          "Invalid value for query parameter "
              + type.name()
              + " of type "
              + type.type()
              + ": "
              + text);
    }
  }
}
