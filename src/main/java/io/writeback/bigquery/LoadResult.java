package io.writeback.bigquery;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import io.writeback.retry.FaultException;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a finished load job says. */
final class LoadResult {
  /** "JSON parsing error in row starting at position 52: …": a position in the plain text. */
  private static final Pattern POSITION = Pattern.compile("(?:at|to) position:? (\\d+)");

  /** "error in row 3: …": a row of the file, counted from 1. */
  private static final Pattern LINE = Pattern.compile("\\bin row (\\d+)");

  private static final Pattern NO_COLUMN =
      Pattern.compile("\\bno such field\\b", Pattern.CASE_INSENSITIVE);

  private LoadResult() {}

  /**
   * Makes sure that a job that succeeded put every row out.
   *
   * @throws FaultException FATAL if it did not
   */
  static void checkRows(Job job, long expected) {
    Long output =
        job.getStatistics() == null || job.getStatistics().getLoad() == null
            ? null
            : job.getStatistics().getLoad().getOutputRows();
    if (output == null || output != expected) {
      throw FaultException.fatal(
          "load job "
              + job.getJobReference().getJobId()
              + " was given "
              + expected
              + " rows and reports "
              + output
              + " rows put out; going on would lose or double rows. Compare the table with the"
              + " topic, then start over with a new delivery.generation",
          null);
    }
  }

  /**
   * The rows because of which a job failed.
   *
   * @return one entry per row
   * @throws FaultException if the failure is not about rows, or does not say which
   */
  static List<RejectedRow> rejected(Job job, Target table, GzipRows lines) {
    String doing = "load job " + job.getJobReference().getJobId() + " into " + table;
    ErrorProto result = BigQueryJobs.error(job).orElseThrow();
    if (!"invalid".equals(result.getReason())) {
      throw BigQueryFaults.of(doing, result);
    }
    Map<Long, RejectedRow> rows = new LinkedHashMap<>();
    for (ErrorProto error : BigQueryJobs.errors(job)) {
      String message = error.getMessage() == null ? "" : error.getMessage();
      long offset = offset(message, lines);
      if (offset >= 0) {
        rows.putIfAbsent(offset, new RejectedRow(offset, BigQueryFaults.withoutValues(message)));
      }
    }
    if (rows.isEmpty()) {
      throw BigQueryFaults.of(doing, result);
    }
    return List.copyOf(rows.values());
  }

  /** Whether rows failed because their table has no such column. */
  static boolean lacksColumn(Job job) {
    return BigQueryJobs.errors(job).stream()
        .map(error -> error.getMessage() == null ? "" : error.getMessage())
        .anyMatch(text -> NO_COLUMN.matcher(BigQueryFaults.withoutValues(text)).find());
  }

  private static long offset(String message, GzipRows lines) {
    Matcher position = POSITION.matcher(message);
    if (position.find()) {
      return lines.offsetAt(Long.parseLong(position.group(1)));
    }
    Matcher line = LINE.matcher(message);
    return line.find() ? lines.offsetOfLine(Long.parseLong(line.group(1))) : -1;
  }
}
