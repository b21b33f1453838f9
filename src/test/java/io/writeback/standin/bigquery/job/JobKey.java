package io.writeback.standin.bigquery.job;

/** Name of a job: one id once per project and location. */
public record JobKey(String project, String location, String id) {
  /** As in error messages: {@code project:location.id}. */
  @Override
  public String toString() {
    return project + ":" + location + "." + id;
  }
}
