package io.writeback.standin.bigquery.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the service checks in a table's metadata (documentation pages "Introduction to partitioned
 * tables", "Introduction to clustered tables", "Use primary and foreign keys").
 */
final class TableRules {
  private static final Set<FieldType> CLUSTERABLE =
      EnumSet.of(
          FieldType.BIGNUMERIC,
          FieldType.BOOL,
          FieldType.DATE,
          FieldType.DATETIME,
          FieldType.GEOGRAPHY,
          FieldType.INT64,
          FieldType.NUMERIC,
          FieldType.STRING,
          FieldType.TIMESTAMP);

  private TableRules() {}

  static void check(TableId id, JsonNode properties, TableSchema schema, long now) {
    NameRules.checkColumns(schema);
    NameRules.checkLabels(properties.path("labels"));
    if (properties.has("view") || id.dataset().startsWith(Catalog.RESULTS)) {
      return;
    }
    checkTimePartitioning(properties.path("timePartitioning"), schema);
    checkRangePartitioning(properties, schema);
    checkFilter(properties);
    checkKey(properties.path("encryptionConfiguration").path("kmsKeyName"));
    checkClustering(properties.path("clustering"), schema);
    checkPrimaryKey(properties.path("tableConstraints").path("primaryKey"), schema);
    JsonNode expiration = properties.path("expirationTime");
    if (!expiration.isMissingNode() && !expiration.isNull() && expiration.asLong() <= now) {
      throw ApiException.invalid("Table expiration time must be in the future: " + id);
    }
  }

  private static void checkTimePartitioning(JsonNode partitioning, TableSchema schema) {
    if (!partitioning.isObject()) {
      return;
    }
    String type = partitioning.path("type").asText();
    if (!Set.of("HOUR", "DAY", "MONTH", "YEAR").contains(type)) {
      throw ApiException.invalid("Invalid value for timePartitioning.type: " + type);
    }
    if (partitioning.hasNonNull("field")) {
      Field field = topLevel(schema, partitioning.get("field").asText(), "partitioning");
      boolean date = field.type() == FieldType.DATE;
      boolean time = field.type() == FieldType.TIMESTAMP || field.type() == FieldType.DATETIME;
      if (!(time || (date && !type.equals("HOUR"))) || field.repeated()) {
        throw ApiException.invalid(
            "The field specified for time partitioning can only be of type TIMESTAMP, DATE or"
                + " DATETIME. The type found is: "
                + field.type().restName()
                + ".");
      }
    }
  }

  private static void checkRangePartitioning(JsonNode properties, TableSchema schema) {
    JsonNode partitioning = properties.path("rangePartitioning");
    if (!partitioning.isObject()) {
      return;
    }
    if (properties.has("timePartitioning")) {
      throw ApiException.invalid(
          "Cannot specify both timePartitioning and rangePartitioning for a table");
    }
    Field field = topLevel(schema, partitioning.path("field").asText(), "partitioning");
    JsonNode range = partitioning.path("range");
    if (field.type() != FieldType.INT64) {
      throw ApiException.invalid(
          "The field specified for range partitioning can only be of type INTEGER. The type found"
              + " is: "
              + field.type().restName()
              + ".");
    }
    if (range.path("interval").asLong() <= 0
        || range.path("end").asLong() <= range.path("start").asLong()) {
      throw ApiException.invalid("Invalid range for rangePartitioning: " + range);
    }
  }

  private static void checkFilter(JsonNode properties) {
    if (properties.path("requirePartitionFilter").asBoolean()
        && !properties.path("timePartitioning").isObject()
        && !properties.path("rangePartitioning").isObject()) {
      throw ApiException.invalid("require_partition_filter needs a partitioned table");
    }
  }

  /** Documentation page "Customer-managed Cloud KMS keys", "Key resource ID". */
  private static void checkKey(JsonNode key) {
    if (!key.isMissingNode()
        && !key.asText()
            .matches("projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+")) {
      throw ApiException.invalid("Invalid Cloud KMS key name: " + key.asText());
    }
  }

  private static void checkClustering(JsonNode clustering, TableSchema schema) {
    JsonNode columns = clustering.path("fields");
    if (columns.size() > 4) {
      throw ApiException.invalid(
          "Too many fields specified for clustering: " + columns.size() + ", the limit is 4");
    }
    for (JsonNode column : columns) {
      Field field = topLevel(schema, column.asText(), "clustering");
      if (!CLUSTERABLE.contains(field.type()) || field.repeated()) {
        throw ApiException.invalid(
            "Entity "
                + field.name()
                + " of type "
                + field.type().restName()
                + " cannot be used for clustering");
      }
    }
  }

  private static void checkPrimaryKey(JsonNode key, TableSchema schema) {
    if (key.path("columns").size() > 16) {
      throw ApiException.invalid("Primary key has more than 16 columns");
    }
    for (JsonNode column : key.path("columns")) {
      Field field = topLevel(schema, column.asText(), "primary key");
      if (field.repeated() || field.type() == FieldType.STRUCT || field.type() == FieldType.JSON) {
        throw ApiException.invalid("Column " + field.name() + " cannot be part of a primary key");
      }
    }
  }

  private static Field topLevel(TableSchema schema, String name, String what) {
    return schema
        .field(name)
        .orElseThrow(
            () ->
                ApiException.invalid(
                    "The field specified for " + what + " cannot be found in the schema: " + name));
  }
}
