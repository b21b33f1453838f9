package io.writeback.standin.bigquery.catalog;

/** Name of a dataset. Case counts. */
public record DatasetId(String project, String dataset) {
  public TableId table(String name) {
    return new TableId(project, dataset, name);
  }

  /** As in error messages: {@code project:dataset}. */
  @Override
  public String toString() {
    return project + ":" + dataset;
  }
}
