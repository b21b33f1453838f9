package io.writeback.domo;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sidecar file of a spool: there only if the spool is complete and verified. */
final class SpoolSidecar {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> OFFSET = new TypeReference<>() {};
  private static final int FORMAT = 1;

  private SpoolSidecar() {}

  static byte[] write(Spool.About about, long fileBytes) throws IOException {
    ObjectNode json =
        MAPPER
            .createObjectNode()
            .put("fmt", FORMAT)
            .put("fileBytes", fileBytes)
            .put("dataset", about.dataset())
            .put("name", about.name())
            .put("config", about.config())
            .put("version", about.version().token())
            .put("versionTime", millis(about.version().time()))
            .put("rows", about.rows())
            .put("ordered", about.ordered())
            .put("content", about.content())
            .put("csvBytes", about.csvBytes())
            .put("started", millis(about.started()))
            .put("identity", about.identity());
    if (about.highest() != null) {
      Map<String, Object> cursor = new LinkedHashMap<>();
      SourcePosition.put(cursor, about.highest());
      json.set("highest", MAPPER.valueToTree(cursor));
    }
    ArrayNode columns = json.putArray("columns");
    about
        .columns()
        .forEach(
            column ->
                columns.addObject().put("name", column.name()).put("type", column.type().name()));
    return MAPPER.writeValueAsBytes(json);
  }

  /**
   * Reads.
   *
   * @throws IOException if it is damaged, of another format, or of a file of another size
   */
  static Spool.About read(byte[] bytes, long fileBytes) throws IOException {
    JsonNode json = MAPPER.readTree(bytes);
    if (json.path("fmt").asInt() != FORMAT || json.path("fileBytes").asLong(-1) != fileBytes) {
      throw new IOException("spool and sidecar do not belong together");
    }
    List<DomoColumn> columns = new ArrayList<>();
    json.path("columns")
        .forEach(
            c ->
                columns.add(
                    new DomoColumn(
                        c.path("name").asText(), ColumnType.of(c.path("type").asText()))));
    return new Spool.About(
        json.path("dataset").asText(),
        json.path("name").asText(),
        json.path("config").asText(),
        new DatasetVersion(json.path("version").asText(), instant(json.path("versionTime"))),
        json.path("rows").asLong(),
        json.path("ordered").asText(),
        json.path("content").asText(),
        columns,
        json.path("csvBytes").asLong(),
        instant(json.path("started")),
        json.path("identity").asText(),
        json.has("highest")
            ? SourcePosition.cursor(MAPPER.convertValue(json.get("highest"), OFFSET)).orElse(null)
            : null);
  }

  private static Long millis(Instant instant) {
    return instant == null ? null : instant.toEpochMilli();
  }

  private static Instant instant(JsonNode json) {
    return json.isNumber() ? Instant.ofEpochMilli(json.asLong()) : null;
  }
}
