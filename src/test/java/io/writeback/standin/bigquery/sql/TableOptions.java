package io.writeback.standin.bigquery.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** OPTIONS of a table in DDL, as properties of the REST resource and back. */
final class TableOptions {
  /** A row of INFORMATION_SCHEMA.TABLE_OPTIONS. */
  record Option(String name, String type, String value) {}

  private static final long DAY_MILLIS = 86_400_000L;

  private TableOptions() {}

  /** Applies {@code (name = value, …)}. */
  static void read(StatementRunner runner, List<Token> inside, ObjectNode properties) {
    for (List<Token> part : Renderer.split(inside)) {
      TokenCursor in = new TokenCursor("", part);
      String name = in.name();
      in.expect("=");
      apply(runner, name.toLowerCase(java.util.Locale.ROOT), in.until(), properties);
    }
  }

  private static void apply(
      StatementRunner runner, String name, List<Token> value, ObjectNode properties) {
    switch (name) {
      case "description" -> text(runner, value, properties, "description");
      case "friendly_name" -> text(runner, value, properties, "friendlyName");
      case "labels" -> labels(value, properties);
      case "expiration_timestamp" -> {
        Object at = runner.evaluate(value).value();
        if (at == null) {
          properties.remove("expirationTime");
        } else {
          properties.put("expirationTime", Long.toString(((Instant) at).toEpochMilli()));
        }
      }
      case "partition_expiration_days" -> {
        Object days = runner.evaluate(value).value();
        ObjectNode partitioning = properties.withObjectProperty("timePartitioning");
        if (days == null) {
          partitioning.remove("expirationMs");
        } else {
          double millis = ((Number) days).doubleValue() * DAY_MILLIS;
          partitioning.put("expirationMs", Long.toString((long) millis));
        }
      }
      case "require_partition_filter" ->
          properties.put("requirePartitionFilter", value.get(0).is("TRUE"));
      case "kms_key_name" ->
          properties
              .putObject("encryptionConfiguration")
              .put("kmsKeyName", (String) runner.evaluate(value).value());
      // Returned by INFORMATION_SCHEMA only, as the service does.
      case "max_staleness" -> {
        if (!value.get(0).is("INTERVAL")) {
          throw ApiException.invalidQuery("max_staleness must be an INTERVAL");
        }
        properties.put("maxStaleness", StatementText.of(value));
      }
      case "location" -> properties.put("location", (String) runner.evaluate(value).value());
      default -> throw ApiException.invalidQuery("Unknown option: " + name);
    }
  }

  private static void text(
      StatementRunner runner, List<Token> value, ObjectNode properties, String property) {
    Object text = runner.evaluate(value).value();
    if (text == null) {
      properties.remove(property);
    } else {
      properties.put(property, text.toString());
    }
  }

  private static void labels(List<Token> value, ObjectNode properties) {
    ObjectNode labels = properties.putObject("labels");
    List<Token> strings = value.stream().filter(t -> t.kind() == Token.Kind.STRING).toList();
    for (int i = 0; i + 1 < strings.size(); i += 2) {
      labels.put(strings.get(i).text(), strings.get(i + 1).text());
    }
  }

  static List<Option> written(JsonNode properties) {
    List<Option> options = new ArrayList<>();
    if (properties.hasNonNull("description")) {
      options.add(new Option("description", "STRING", quoted(properties.get("description"))));
    }
    if (properties.hasNonNull("friendlyName")) {
      options.add(new Option("friendly_name", "STRING", quoted(properties.get("friendlyName"))));
    }
    if (properties.hasNonNull("expirationTime")) {
      Instant at = Instant.ofEpochMilli(properties.get("expirationTime").asLong());
      options.add(new Option("expiration_timestamp", "TIMESTAMP", "TIMESTAMP \"" + at + "\""));
    }
    if (properties.path("labels").size() > 0) {
      List<String> labels = new ArrayList<>();
      for (Map.Entry<String, JsonNode> label : properties.get("labels").properties()) {
        labels.add("STRUCT(\"" + label.getKey() + "\", " + quoted(label.getValue()) + ")");
      }
      options.add(
          new Option(
              "labels", "ARRAY<STRUCT<STRING, STRING>>", "[" + String.join(", ", labels) + "]"));
    }
    if (properties.path("timePartitioning").hasNonNull("expirationMs")) {
      double days = properties.get("timePartitioning").get("expirationMs").asDouble() / DAY_MILLIS;
      options.add(new Option("partition_expiration_days", "FLOAT64", Double.toString(days)));
    }
    if (properties.path("requirePartitionFilter").asBoolean()) {
      options.add(new Option("require_partition_filter", "BOOL", "true"));
    }
    if (properties.path("encryptionConfiguration").hasNonNull("kmsKeyName")) {
      JsonNode key = properties.get("encryptionConfiguration").get("kmsKeyName");
      options.add(new Option("kms_key_name", "STRING", quoted(key)));
    }
    if (properties.hasNonNull("maxStaleness")) {
      options.add(new Option("max_staleness", "INTERVAL", properties.get("maxStaleness").asText()));
    }
    return options;
  }

  private static String quoted(JsonNode text) {
    return '"' + text.asText().replace("\"", "\\\"") + '"';
  }
}
