package io.writeback.bigquery;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * The location of the dataset: as configured, or asked for once. Every job names it, because an id
 * is looked up in one location only, and the default is not where the dataset may be.
 */
final class DatasetLocation implements Supplier<String> {
  private final BigQueryRest rest;
  private final String dataset;
  private volatile String location;

  DatasetLocation(BigQueryRest rest, String dataset, Optional<String> configured) {
    this.rest = rest;
    this.dataset = dataset;
    this.location = configured.orElse(null);
  }

  @Override
  public String get() {
    if (location == null) {
      location = rest.dataset(dataset).getLocation();
    }
    return location;
  }
}
