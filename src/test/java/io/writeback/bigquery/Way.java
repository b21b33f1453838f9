package io.writeback.bigquery;

import java.util.Map;

/** Every way in which rows get to a table, as settings of the sink. */
enum Way {
  STREAMS("storage_write", "append", "exactly_once"),
  DEFAULT_STREAM("storage_write", "append", "at_least_once"),
  INSERT_ALL("insert_all", "append", "at_least_once"),
  LOAD_JOB("load_job", "append", "exactly_once"),
  CHANGES("storage_write", "upsert", "exactly_once"),
  MERGE("load_job", "upsert", "exactly_once");

  private final String method;
  private final String mode;
  private final String guarantee;

  Way(String method, String mode, String guarantee) {
    this.method = method;
    this.mode = mode;
    this.guarantee = guarantee;
  }

  /** Its settings, for rows of one partition whose key is the field {@code id}. */
  Map<String, String> config() {
    return keyedBy("id");
  }

  Map<String, String> keyedBy(String field) {
    return Map.of(
        "bigquery.write.method", method,
        "write.mode", mode,
        "delivery.guarantee", guarantee,
        "upsert.key", "record_value",
        "upsert.key.fields", field,
        "bigquery.upsert.partitions", "1");
  }

  boolean upserts() {
    return mode.equals("upsert");
  }
}
