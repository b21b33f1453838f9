package io.writeback.domo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads Domo's JSON. Missing parts stay missing; only a wrong shape is an error. */
final class DomoJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

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
    JsonNode cell = json.path("rows").path(0).path(0);
    return new DomoApi.QueryAnswer(
        columns,
        cell.isMissingNode() || cell.isNull() ? Optional.empty() : Optional.of(cell.asText()));
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
