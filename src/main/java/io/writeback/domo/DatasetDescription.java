package io.writeback.domo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What must be known of a DataSet to say that it is empty once Domo describes it no longer. */
record DatasetDescription(String name, List<DomoColumn> columns) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  DatasetDescription {
    columns = List.copyOf(columns);
  }

  static DatasetDescription of(Spool.About about) {
    return new DatasetDescription(about.name(), about.columns());
  }

  /** As one text, for the source offset, which holds primitives only. */
  String text() {
    ObjectNode json = MAPPER.createObjectNode().put("name", name);
    ArrayNode pairs = json.putArray("columns");
    columns.forEach(column -> pairs.addArray().add(column.name()).add(column.type().name()));
    return json.toString();
  }

  /**
   * The version without rows that follows the position.
   *
   * @param wanted fingerprint of the columns that are read
   */
  Spool.About emptied(
      String dataset,
      String config,
      String wanted,
      SourcePosition position,
      Instant now,
      String identity) {
    RowHash none = new RowHash(wanted);
    // Not newer than the last version: if that one comes back, it must not look outdated.
    Instant time =
        position.versionTimeMs() == null ? null : Instant.ofEpochMilli(position.versionTimeMs());
    DatasetVersion version = new DatasetVersion(position.goneToken(), time);
    return new Spool.About(dataset, name, config, version, 0, null, null, columns, 0, now, identity)
        .whole(none, 0, null);
  }

  /** Reads {@link #text}; nothing if there is none, or it is of another format. */
  static Optional<DatasetDescription> parse(String text) {
    try {
      JsonNode json = text == null ? null : MAPPER.readTree(text);
      if (json == null || !json.path("name").isTextual()) {
        return Optional.empty();
      }
      List<DomoColumn> columns = new ArrayList<>();
      for (JsonNode pair : json.path("columns")) {
        columns.add(
            new DomoColumn(pair.path(0).asText(), ColumnType.valueOf(pair.path(1).asText())));
      }
      return Optional.of(new DatasetDescription(json.get("name").asText(), columns));
    } catch (JsonProcessingException | IllegalArgumentException otherFormat) {
      return Optional.empty();
    }
  }
}
