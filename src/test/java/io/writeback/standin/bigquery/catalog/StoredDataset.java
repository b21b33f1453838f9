package io.writeback.standin.bigquery.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A dataset: what its creator sent, when, and the tables in it. */
public final class StoredDataset {
  private final DatasetId id;
  private final String location;
  private final long created;
  private final Map<String, StoredTable> tables = new ConcurrentHashMap<>();
  private ObjectNode resource;
  private long modified;

  StoredDataset(DatasetId id, String location, ObjectNode resource, long now) {
    this.id = id;
    this.location = location;
    this.resource = resource;
    this.created = now;
    this.modified = now;
  }

  public DatasetId id() {
    return id;
  }

  public String location() {
    return location;
  }

  Map<String, StoredTable> tables() {
    return tables;
  }

  public synchronized String etag() {
    return Etags.of(id + ":" + modified + resource);
  }

  /** What its owner may change: description, labels, default expirations. */
  public synchronized ObjectNode properties() {
    return resource.deepCopy();
  }

  public synchronized void replace(ObjectNode properties, long now) {
    resource = properties;
    modified = now;
  }

  /** The resource as the service returns it. */
  public synchronized ObjectNode toJson() {
    ObjectNode json = resource.deepCopy();
    json.put("kind", "bigquery#dataset")
        .put("etag", Etags.of(id + ":" + modified + resource))
        .put("id", id.toString())
        .put("location", location)
        .put("creationTime", Long.toString(created))
        .put("lastModifiedTime", Long.toString(modified))
        .put("type", "DEFAULT");
    json.putObject("datasetReference")
        .put("datasetId", id.dataset())
        .put("projectId", id.project());
    return json;
  }
}
