package io.writeback.standin.bigquery;

import java.util.Locale;

/**
 * What a fault can be armed for: a REST call, or a moment in a job's life.
 *
 * @param operation the REST method, such as {@code jobs.insert}, {@code tabledata.insertAll},
 *     {@code upload.chunk} or {@code token}; or {@code job.start} and {@code job.effect}
 * @param path of the call; of a job its type
 * @param jobId of the call or job, empty if there is none
 * @param text body of the call, or the job's configuration
 */
public record BigQueryRequest(String operation, String path, String jobId, String text) {
  public boolean is(String other) {
    return operation.equals(other);
  }

  /** Whether path or text names this, in any case. */
  public boolean mentions(String what) {
    String lower = what.toLowerCase(Locale.ROOT);
    return path.toLowerCase(Locale.ROOT).contains(lower)
        || text.toLowerCase(Locale.ROOT).contains(lower);
  }
}
