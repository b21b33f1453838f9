package io.writeback.standin.domo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** Streams, which feed DataSets (developer portal, Stream API; Product APIs, Datasets). */
final class StreamEndpoints {
  private static final int MOST_EXECUTIONS = 500;
  private static final String BY_DATASET = "dataSource.id:";

  private final Service service;

  StreamEndpoints(Service service) {
    this.service = service;
  }

  /** {@code GET /v1/streams/search?q=dataSource.id:{id}&fields=all}. */
  void search(Exchange exchange) throws IOException {
    String query = exchange.parameter("q", "");
    if (!query.startsWith(BY_DATASET)) {
      throw new DomoError(400, "Unsupported search: " + query);
    }
    ArrayNode found = Json.array();
    service
        .dataSets()
        .find(query.substring(BY_DATASET.length()))
        .filter(d -> !d.isDeleted() && d.streamBacked())
        .ifPresent(d -> found.add(stream(d)));
    exchange.json(found);
  }

  private static ObjectNode stream(DomoDataSet dataSet) {
    DataVersion last = dataSet.recorded();
    ObjectNode stream =
        Json.object()
            .put("id", dataSet.streamId())
            .put("updateMethod", last.action().name())
            .put("createdAt", dataSet.createdAt().toString())
            .put("modifiedAt", dataSet.updatedAt().toString());
    stream
        .putObject("dataSet")
        .put("id", dataSet.id())
        .put("name", dataSet.name())
        .put("description", dataSet.description());
    dataSet.keyColumns().forEach(stream.putArray("keyColumnNames")::add);
    return stream;
  }

  /** {@code GET /v1/streams/{id}/executions}, the newest first; at most 500. */
  void executions(Exchange exchange) throws IOException {
    DomoDataSet dataSet = get(exchange);
    long limit = Math.min(MOST_EXECUTIONS, exchange.number("limit", 50));
    List<DataVersion> all = dataSet.executions();
    ArrayNode list = Json.array();
    for (long i = exchange.number("offset", 0); i < all.size() && list.size() < limit; i++) {
      DataVersion version = all.get(all.size() - 1 - (int) i);
      list.addObject()
          .put("id", version.dataId())
          .put("startedAt", version.recordedAt().toString())
          .put("endedAt", version.recordedAt().toString())
          .put("currentState", "SUCCESS")
          .put("rowsInserted", version.rows().rowCount())
          .put("bytes", version.bytes())
          .put("updateMethod", version.action().name())
          .put("createdAt", version.recordedAt().toString())
          .put("modifiedAt", version.recordedAt().toString());
    }
    exchange.json(list);
  }

  /** {@code GET /api/data/v1/streams/{id}}. */
  void instanceStream(Exchange exchange) throws IOException {
    DomoDataSet dataSet = get(exchange);
    DataVersion last = dataSet.recorded();
    ObjectNode stream =
        Json.object()
            .put("id", dataSet.streamId())
            .put("userId", 88)
            .put("name", dataSet.name())
            .put("displayName", dataSet.name())
            .put("type", "api")
            .put("dataProviderType", "api")
            .put("updateMethod", last.action().name())
            .put("valid", true);
    stream
        .putObject("lastSuccessfulExecution")
        .put("executionId", last.dataId())
        .put("uploadId", last.dataId())
        .put("updateMethod", last.action().name())
        .put("rowsInserted", last.rows().rowCount())
        .put("bytesInserted", last.bytes())
        .put("endedAt", last.recordedAt().toEpochMilli())
        .put("dataTag", "");
    exchange.json(stream);
  }

  private DomoDataSet get(Exchange exchange) throws DomoError {
    String id = exchange.request().id();
    return service
        .dataSets()
        .ofStream(id)
        .filter(d -> !d.isDeleted())
        .orElseThrow(() -> DomoError.notFound("stream " + id));
  }
}
