package io.writeback.bigquery;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpResponseException;
import com.google.api.services.bigquery.model.ErrorProto;
import com.google.auth.Retryable;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a failure of BigQuery means, decided here once. Reasons: docs "Error messages" (error
 * table); the two kinds of failure are an answer to a request, and the result of a job.
 */
final class BigQueryFaults {
  private static final Set<String> PASSING =
      Set.of(
          "rateLimitExceeded",
          "quotaExceeded",
          "jobRateLimitExceeded",
          "backendError",
          "internalError",
          "jobBackendError",
          "jobInternalError",
          "tableUnavailable",
          "resourcesExceeded",
          "resourceInUse",
          "stopped",
          "timeout",
          "blocked");

  private static final Set<String> DENIED = Set.of("accessDenied", "forbidden", "authError");

  /** A value of a row in the words of BigQuery: it stands in quotes, or after "Value:". */
  private static final Pattern VALUES =
      Pattern.compile(
          "'[^']*'|\"[^\"]*\"|(?<=[Vv]alue: ).*|(?<=Bad value ).*" + "|(?<=\\(bad value\\): ).*");

  private BigQueryFaults() {}

  /**
   * A request that failed.
   *
   * @param doing what was tried, such as {@code reading job wb-1}
   */
  static FaultException of(String doing, IOException e) {
    if (e instanceof GoogleJsonResponseException answer) {
      return of(doing, answer);
    }
    if (e instanceof HttpResponseException http) {
      return of(doing, http.getStatusCode(), "", "HTTP status " + http.getStatusCode(), e);
    }
    return unanswered(doing, "BigQuery", e);
  }

  /**
   * A request without an answer.
   *
   * @param service that did not answer
   */
  static FaultException unanswered(String doing, String service, IOException e) {
    Retryable login = cause(e, Retryable.class);
    HttpResponseException token = cause(e, HttpResponseException.class);
    // The library of logins calls a 502 or 504 final, which is an outage as any other.
    boolean out = token != null && isOutage(token.getStatusCode());
    if ((login != null && !login.isRetryable() && !out)
        || (token != null && token.getStatusCode() >= 400 && token.getStatusCode() < 404)) {
      return FaultException.configuration(
          doing
              + ": the credentials were refused. Check bigquery.credentials.* and that the key has"
              + " not been deleted",
          e);
    }
    return FaultException.retry(
        doing + ": no answer from " + service + " (" + e.getClass().getSimpleName() + ")", e);
  }

  private static boolean isOutage(int code) {
    return code == 408 || code == 429 || code >= 500;
  }

  private static <T> T cause(Throwable e, Class<T> type) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
    }
    return null;
  }

  private static FaultException of(String doing, GoogleJsonResponseException e) {
    return of(doing, e.getStatusCode(), reason(e), message(e), e);
  }

  private static FaultException of(
      String doing, int code, String reason, String message, IOException cause) {
    String text = doing + ": " + message + " (" + code + " " + reason + ")";
    if (isOutage(code) || code == 412 || PASSING.contains(reason)) {
      return FaultException.retry(text, cause);
    }
    if (isConflictOfTransactions(message)) {
      return FaultException.retry(text, cause);
    }
    if (code == 401) {
      return FaultException.configuration(text + ". Check bigquery.credentials.*", cause);
    }
    if (isFar(message)) {
      return far(text);
    }
    if (code == 403 && isAboutBucket(message)) {
      return FaultException.configuration(text + BucketFaults.GRANT, cause);
    }
    if (code == 403) {
      return FaultException.configuration(
          text
              + ". Grant the service account roles/bigquery.dataEditor on the dataset and"
              + " roles/bigquery.jobUser on the project",
          cause);
    }
    if (code == 404) {
      return FaultException.configuration(
          text + ". Check bigquery.project, bigquery.dataset and bigquery.location", cause);
    }
    return FaultException.fatal(text, cause);
  }

  /** The result of a job that failed. Text in quotes is left out: it may be a value of a row. */
  static FaultException of(String doing, ErrorProto error) {
    String reason = error.getReason() == null ? "" : error.getReason();
    String message = error.getMessage() == null ? "" : error.getMessage();
    String text = doing + ": " + withoutValues(message) + " (" + reason + ")";
    if (PASSING.contains(reason) || isConflictOfTransactions(message)) {
      return FaultException.retry(text, null);
    }
    if (message.contains("streaming buffer")) {
      return FaultException.retry(
          text + ". Rows that insert_all has streamed cannot be changed for up to 90 minutes",
          null);
    }
    if (message.contains("Too many partitions") || message.contains("partitions modified")) {
      return FaultException.configuration(
          text
              + ". One job may change 4,000 partitions: choose larger ones in "
              + BigQueryTableKeys.PARTITION,
          null);
    }
    if (isFar(message)) {
      return far(text);
    }
    if (DENIED.contains(reason)) {
      return FaultException.configuration(
          text + (isAboutBucket(message) ? BucketFaults.GRANT : ". Grant what it names"), null);
    }
    if (reason.equals("notFound")) {
      return FaultException.configuration(
          text + ". Was a table of the sink deleted or the dataset moved?", null);
    }
    return new FaultException(Fault.FATAL, text);
  }

  /**
   * A load whose table was there a moment ago, or whose object.
   *
   * @param error of its job; the reason is notFound
   */
  static FaultException vanished(Target table, ErrorProto error) {
    if (error.getMessage() == null || !error.getMessage().contains("gs://")) {
      return vanished(table);
    }
    return FaultException.retry(
        "an object was deleted before its rows were loaded into "
            + table
            + "; writing it again. Check the lifecycle rules of the bucket in "
            + BucketKeys.BUCKET,
        null);
  }

  /** A table that was there a moment ago. */
  static FaultException vanished(Target table) {
    return FaultException.retry(
        "table "
            + table
            + " was dropped, or columns of it, while rows were written to it; trying again",
        null);
  }

  /** The words of BigQuery without the values that they quote. */
  static String withoutValues(String message) {
    return VALUES.matcher(message).replaceAll("…");
  }

  static boolean isStatus(IOException e, int code) {
    return e instanceof HttpResponseException http && http.getStatusCode() == code;
  }

  private static boolean isFar(String message) {
    return message.contains("different locations");
  }

  private static FaultException far(String text) {
    return FaultException.configuration(
        text + ". Choose a bucket in the dataset's location in " + BucketKeys.BUCKET, null);
  }

  /** Whether it is an object that could not be read. */
  private static boolean isAboutBucket(String message) {
    return message.contains("gs://")
        || message.contains("storage.objects.")
        || message.contains("storage.buckets.");
  }

  /** Two transactions, or two statements, that changed one table; one of them was undone. */
  private static boolean isConflictOfTransactions(String message) {
    String lower = message.toLowerCase(Locale.ROOT);
    return lower.contains("concurrent update") || lower.contains("could not serialize access");
  }

  private static String reason(GoogleJsonResponseException e) {
    GoogleJsonError details = e.getDetails();
    if (details == null || details.getErrors() == null || details.getErrors().isEmpty()) {
      return "";
    }
    String reason = details.getErrors().get(0).getReason();
    return reason == null ? "" : reason;
  }

  private static String message(GoogleJsonResponseException e) {
    GoogleJsonError details = e.getDetails();
    return details == null || details.getMessage() == null
        ? "HTTP status " + e.getStatusCode()
        : withoutValues(details.getMessage());
  }
}
