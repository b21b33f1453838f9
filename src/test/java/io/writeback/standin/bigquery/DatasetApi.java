package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.DatasetId;
import io.writeback.standin.bigquery.catalog.StoredDataset;
import java.util.List;

/** The REST resource datasets. */
final class DatasetApi {
  private static final List<String> KEPT =
      List.of(
          "description",
          "friendlyName",
          "labels",
          "access",
          "defaultTableExpirationMs",
          "defaultPartitionExpirationMs",
          "defaultCollation",
          "defaultEncryptionConfiguration",
          "maxTimeTravelHours",
          "storageBillingModel",
          "isCaseInsensitive");

  private final Catalog catalog;
  private final Permissions permissions;

  DatasetApi(Catalog catalog, Permissions permissions) {
    this.catalog = catalog;
    this.permissions = permissions;
  }

  Answer get(ApiCall call) {
    require(call, "bigquery.datasets.get", call.dataset());
    return Answer.json(catalog.dataset(call.dataset()).toJson());
  }

  Answer list(ApiCall call) {
    List<StoredDataset> all = catalog.datasets(call.project());
    ObjectNode answer =
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", "bigquery#datasetList")
            .put("etag", "list");
    Page page = Page.of(call, all.size(), 50);
    var datasets = answer.putArray("datasets");
    for (StoredDataset dataset : all.subList((int) page.from(), (int) page.to())) {
      ObjectNode json = dataset.toJson();
      json.retain("kind", "id", "datasetReference", "labels", "friendlyName", "location");
      datasets.add(json);
    }
    page.token(answer, "nextPageToken");
    return Answer.json(answer);
  }

  Answer insert(ApiCall call) {
    ObjectNode body = call.body();
    String name = body.path("datasetReference").path("datasetId").asText("");
    if (name.isEmpty()) {
      throw ApiException.required("datasetReference.datasetId");
    }
    permissions.require(call.principal(), "bigquery.datasets.create", "Project " + call.project());
    String location = body.path("location").asText("US");
    ObjectNode properties = body.deepCopy();
    properties.retain(KEPT);
    DatasetId id = new DatasetId(call.project(), name);
    return Answer.json(catalog.createDataset(id, location, properties).toJson());
  }

  Answer patch(ApiCall call) {
    return change(call, true);
  }

  Answer update(ApiCall call) {
    return change(call, false);
  }

  private Answer change(ApiCall call, boolean merge) {
    require(call, "bigquery.datasets.update", call.dataset());
    StoredDataset dataset = catalog.dataset(call.dataset());
    Preconditions.ifMatch(call, dataset.etag());
    ObjectNode properties = merge ? dataset.properties() : JsonNodeFactory.instance.objectNode();
    MergePatch.apply(properties, call.body().retain(KEPT));
    io.writeback.standin.bigquery.catalog.NameRules.checkLabels(properties.path("labels"));
    dataset.replace(properties, catalog.now());
    return Answer.json(dataset.toJson());
  }

  Answer delete(ApiCall call) {
    require(call, "bigquery.datasets.delete", call.dataset());
    catalog.dropDataset(call.dataset(), Boolean.parseBoolean(call.query().get("deleteContents")));
    return Answer.empty();
  }

  private void require(ApiCall call, String permission, DatasetId dataset) {
    permissions.require(call.principal(), permission, "Dataset " + dataset);
  }
}
