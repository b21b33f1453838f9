package io.writeback.standin.bigquery.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A table or a view: its metadata here, its rows in DuckDB. Safe for use by many threads. */
public final class StoredTable {
  /** Hidden column of a table that is partitioned by ingestion time. */
  public static final String PARTITION_TIME = "_PARTITIONTIME";

  private final TableId id;
  private final String physicalName;
  private final String location;
  private final long created;
  private final boolean ingestionPartitioned;
  private final StreamingBuffer streaming = new StreamingBuffer();
  private final TableRates rates = new TableRates();
  private final AtomicLong dataVersion = new AtomicLong();
  private ObjectNode resource;
  private TableSchema schema;
  private TableSchema writerSchema;
  private long modified;

  StoredTable(
      TableId id,
      String physicalName,
      String location,
      ObjectNode resource,
      TableSchema schema,
      long now) {
    this.id = id;
    this.physicalName = physicalName;
    this.location = location;
    this.resource = resource;
    this.schema = schema;
    this.writerSchema = schema;
    this.created = now;
    this.modified = now;
    JsonNode partitioning = resource.path("timePartitioning");
    this.ingestionPartitioned = partitioning.isObject() && !partitioning.hasNonNull("field");
  }

  public TableId id() {
    return id;
  }

  /** Its name in DuckDB, quoted. */
  public String physical() {
    return Identifiers.quote(physicalName);
  }

  String physicalName() {
    return physicalName;
  }

  public String location() {
    return location;
  }

  public long created() {
    return created;
  }

  public boolean ingestionPartitioned() {
    return ingestionPartitioned;
  }

  public StreamingBuffer streaming() {
    return streaming;
  }

  public TableRates rates() {
    return rates;
  }

  /** Changes with every change of the rows. */
  public long dataVersion() {
    return dataVersion.get();
  }

  public void dataChanged() {
    dataVersion.incrementAndGet();
  }

  public synchronized TableSchema schema() {
    return schema;
  }

  /** The schema that streaming writers see: a new column may be late there. */
  public synchronized TableSchema writerSchema() {
    return writerSchema;
  }

  /** Shows streaming writers the whole schema. */
  public synchronized void showSchemaToWriters() {
    writerSchema = schema;
  }

  public synchronized Optional<String> viewQuery() {
    return Optional.ofNullable(resource.path("view").path("query").asText(null));
  }

  public synchronized List<String> primaryKey() {
    List<String> columns = new ArrayList<>();
    resource
        .path("tableConstraints")
        .path("primaryKey")
        .path("columns")
        .forEach(column -> columns.add(column.asText()));
    return columns;
  }

  /** What its owner may change, without the schema. */
  public synchronized ObjectNode properties() {
    return resource.deepCopy();
  }

  /** Milliseconds since 1970, if it expires. */
  public synchronized Optional<Long> expiration() {
    return Optional.ofNullable(resource.path("expirationTime").asText(null)).map(Long::parseLong);
  }

  public synchronized String etag() {
    return Etags.of(id + ":" + created + resource + schema);
  }

  synchronized void replace(ObjectNode properties, TableSchema newSchema, boolean late, long now) {
    resource = properties;
    if (!late) {
      writerSchema = newSchema;
    }
    schema = newSchema;
    modified = now;
  }

  /** The resource without counts of rows and bytes. */
  public synchronized ObjectNode toJson() {
    ObjectNode json = resource.deepCopy();
    boolean view = json.has("view");
    json.put("kind", "bigquery#table")
        .put("etag", etag())
        .put("id", id.toString())
        .put("creationTime", Long.toString(created))
        .put("lastModifiedTime", Long.toString(modified))
        .put("type", view ? "VIEW" : "TABLE")
        .put("location", location);
    json.set("tableReference", id.toJson());
    if (!schema.isEmpty()) {
      json.set("schema", schema.toJson());
    }
    return json;
  }
}
