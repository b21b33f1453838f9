package io.writeback.standin.bigquery.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Name of a table or view. Case counts. */
public record TableId(String project, String dataset, String table) {
  /** Reads a tableReference. */
  public static TableId parse(JsonNode reference, String project) {
    if (!reference.hasNonNull("datasetId")) {
      throw ApiException.required("datasetId");
    }
    if (!reference.hasNonNull("tableId")) {
      throw ApiException.required("tableId");
    }
    return new TableId(
        reference.path("projectId").asText(project),
        reference.get("datasetId").asText(),
        reference.get("tableId").asText());
  }

  public DatasetId datasetId() {
    return new DatasetId(project, dataset);
  }

  public ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("projectId", project)
        .put("datasetId", dataset)
        .put("tableId", table);
  }

  /** As in error messages: {@code project:dataset.table}. */
  @Override
  public String toString() {
    return project + ":" + dataset + "." + table;
  }
}
