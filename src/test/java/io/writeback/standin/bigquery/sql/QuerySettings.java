package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.DatasetId;
import io.writeback.standin.bigquery.catalog.Field;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a query is run with.
 *
 * @param location where it runs: tables elsewhere are not found
 * @param named parameters by lower-case name
 * @param positional parameters in order
 */
public record QuerySettings(
    String project,
    Optional<DatasetId> defaultDataset,
    String location,
    String jobId,
    Map<String, Parameter> named,
    List<Parameter> positional) {
  /** A parameter's type and value, as Java value of that type. */
  public record Parameter(Field type, Object value) {}
}
