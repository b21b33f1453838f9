package io.writeback.standin.domo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * Endpoints of an instance, which take a developer token (developer portal, Product APIs: "Managing
 * Dataset History" and "Datasets"; field names of the details by DomoR, of bulk by
 * brycewc/domo-toolkit).
 */
final class InstanceEndpoints {
  private final Service service;

  InstanceEndpoints(Service service) {
    this.service = service;
  }

  void versions(Exchange exchange) throws IOException {
    ArrayNode list = Json.array();
    for (DataVersion version : get(exchange).versions()) {
      list.addObject()
          .put("schemaId", version.schemaId())
          .put("dataId", version.dataId())
          .put("uploadStatus", "success")
          .put("recordedDate", version.recordedAt().toString())
          .put("uploadCompletedDate", version.recordedAt().toString())
          .put("numRows", version.rows().rowCount())
          .put("numBytes", version.bytes());
    }
    exchange.json(list);
  }

  void details(Exchange exchange) throws IOException {
    DomoDataSet dataSet = get(exchange);
    ArrayNode list = Json.array();
    for (DataVersion version : dataSet.versions()) {
      list.addObject()
          .put("dataSourceId", dataSet.id())
          .put("schemaId", version.schemaId())
          .put("dataVersionId", version.dataId())
          .put("status", "SUCCESS")
          .put("datetimeRecorded", version.recordedAt().toEpochMilli())
          .put("datetimeUploadCompleted", version.recordedAt().toEpochMilli())
          .put("runDurationSeconds", 1)
          .put("sizeBytes", version.bytes())
          .put("rowCount", version.rows().rowCount());
    }
    exchange.json(list);
  }

  void schema(Exchange exchange) throws IOException {
    DomoDataSet dataSet = get(exchange);
    DataVersion last = dataSet.recorded();
    ObjectNode answer = Json.object().put("dataSourceId", dataSet.id());
    ObjectNode schema = answer.put("schemaId", last.schemaId()).putObject("schema");
    DataSetEndpoints.columns(
        schema.putArray("columns"), Service.told(last.rows().columns(), exchange));
    exchange.json(answer);
  }

  void dataSource(Exchange exchange) throws IOException {
    exchange.json(core(get(exchange)));
  }

  /** Several at once: the body is a list of ids; unknown ones are left out. */
  void bulk(Exchange exchange) throws IOException {
    JsonNode ids = Json.parse(exchange.request().body());
    if (!ids.isArray()) {
      throw new DomoError(400, "The request body needs to be a list of ids");
    }
    ObjectNode answer = Json.object();
    ArrayNode list = answer.putArray("dataSources");
    for (JsonNode id : ids) {
      service
          .dataSets()
          .find(id.asText())
          .filter(d -> !d.isDeleted())
          .ifPresent(d -> list.add(core(d)));
    }
    exchange.json(answer.put("count", list.size()));
  }

  private static ObjectNode core(DomoDataSet dataSet) {
    DataVersion last = dataSet.recorded();
    ObjectNode node =
        Json.object()
            .put("id", dataSet.id())
            .put("name", dataSet.name())
            .put("description", dataSet.description())
            .put("type", "api")
            .put("lastTouched", dataSet.updatedAt().toEpochMilli())
            .put("lastUpdated", last.recordedAt().toEpochMilli())
            .put("created", dataSet.createdAt().toEpochMilli())
            .put("rowCount", dataSet.contentAt(last).rowCount())
            .put("columnCount", last.rows().columns().size())
            .put("status", "SUCCESS")
            .put("state", "SUCCESS")
            .put("transportType", "API")
            .put("cloudEngine", "domo");
    if (dataSet.streamBacked()) {
      node.put("streamId", dataSet.streamId());
    }
    return node;
  }

  private DomoDataSet get(Exchange exchange) throws DomoError {
    return service.dataSets().get(exchange.request().id());
  }
}
