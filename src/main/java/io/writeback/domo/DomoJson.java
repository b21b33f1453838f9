package io.writeback.domo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads Domo's JSON. Missing parts stay missing; only a wrong shape is an error. */
final class DomoJson {
  // Numbers keep the digits that Domo wrote.
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private DomoJson() {}

  static JsonNode tree(String json) throws JsonProcessingException {
    return MAPPER.readTree(json);
  }

  /** The body of a query call. */
  static String queryBody(String sql) {
    return MAPPER.createObjectNode().put("sql", sql).toString();
  }

  static List<DatasetInfo> datasets(JsonNode json) throws IOException {
    if (!json.isArray()) {
      throw new IOException("expected a list of DataSets, got " + json.getNodeType());
    }
    List<DatasetInfo> list = new ArrayList<>();
    for (JsonNode item : json) {
      list.add(dataset(item));
    }
    return list;
  }

  static DatasetInfo dataset(JsonNode json) throws IOException {
    String id = json.path("id").asText("");
    if (id.isEmpty()) {
      throw new IOException("expected a DataSet, got an object without id");
    }
    List<DomoColumn> columns = new ArrayList<>();
    for (JsonNode column : json.path("schema").path("columns")) {
      columns.add(
          new DomoColumn(
              column.path("name").asText(""), ColumnType.of(column.path("type").asText(""))));
    }
    return new DatasetInfo(
        id.toLowerCase(Locale.ROOT),
        json.path("name").asText(id),
        json.path("rows").asLong(-1),
        columns,
        instant(json.path("dataCurrentAt")),
        instant(json.path("updatedAt")),
        json.path("pdpEnabled").asBoolean(false),
        policies(json),
        json.path("deleted").asBoolean(false));
  }

  static DomoApi.QueryAnswer query(JsonNode json) throws IOException {
    JsonNode names = json.path("columns");
    JsonNode metadata = json.path("metadata");
    if (!names.isArray()) {
      throw new IOException("expected a query answer, got one without columns");
    }
    List<DomoColumn> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      columns.add(
          new DomoColumn(
              names.get(i).asText(),
              ColumnType.of(metadata.path(i).path("type").asText("STRING"))));
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode row : json.path("rows")) {
      List<String> cells = new ArrayList<>(row.size());
      row.forEach(cell -> cells.add(cell.isNull() ? null : cell.asText()));
      rows.add(cells);
    }
    return new DomoApi.QueryAnswer(columns, rows);
  }

  /** A policy that changes shows other rows, though the data stays as it is. */
  private static String policies(JsonNode json) {
    if (!json.path("pdpEnabled").asBoolean(false) || json.path("policies").isMissingNode()) {
      return "";
    }
    return new Fingerprint().add(sorted(json.path("policies"))).hex();
  }

  /** The same text for lists of the same elements in any order. */
  private static String sorted(JsonNode json) {
    List<String> parts = new ArrayList<>();
    if (json.isArray()) {
      json.forEach(element -> parts.add(sorted(element)));
    } else if (json.isObject()) {
      json.properties().forEach(f -> parts.add(f.getKey() + "=" + sorted(f.getValue())));
    } else {
      return json.toString();
    }
    return parts.stream().sorted().toList().toString();
  }

  private static Instant instant(JsonNode json) throws IOException {
    if (json.isMissingNode() || json.isNull()) {
      return null;
    }
    if (json.isNumber()) {
      return Instant.ofEpochMilli(json.asLong());
    }
    try {
      return OffsetDateTime.parse(json.asText()).toInstant();
    } catch (DateTimeException e) {
      throw new IOException("expected a time as in 2026-01-31T23:59:59Z", e);
    }
  }
}
