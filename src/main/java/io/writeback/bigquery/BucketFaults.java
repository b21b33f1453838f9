package io.writeback.bigquery;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpResponseException;
import io.writeback.retry.FaultException;
import java.io.IOException;
import java.util.Set;

/**
 * What a failure of Cloud Storage means, decided here once. Statuses and reasons: documentation
 * page "HTTP status and error codes for JSON"; what may be tried again: "Retry strategy".
 */
final class BucketFaults {
  private static final Set<String> PASSING =
      Set.of("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "backendError");

  private BucketFaults() {}

  /**
   * A request that failed.
   *
   * @param doing what was tried, such as {@code writing gs://b/o}
   */
  static FaultException of(String doing, IOException e) {
    if (!(e instanceof HttpResponseException answer)) {
      return BigQueryFaults.of(doing, e);
    }
    int code = answer.getStatusCode();
    String message = message(answer);
    String text = doing + ": " + message + " (" + code + " " + reason(answer) + ")";
    // 410: a resumable upload has been lost, and begins anew.
    if (code == 408
        || code == 410
        || code == 412
        || code == 429
        || code >= 500
        || PASSING.contains(reason(answer))) {
      return FaultException.retry(text, e);
    }
    if (code == 400 && message.contains("CRC32C")) {
      return FaultException.retry(text + ". The bytes have changed on their way", e);
    }
    if (code == 401) {
      return FaultException.configuration(text + ". Check bigquery.credentials.*", e);
    }
    if (code == 403) {
      return FaultException.configuration(
          text
              + ". Grant the service account roles/storage.objectUser on the bucket of "
              + BucketKeys.BUCKET,
          e);
    }
    if (code == 404 && details(answer) != null && !message.contains("bucket")) {
      return FaultException.retry(text + ". The upload has been lost and begins anew", e);
    }
    if (code == 404) {
      return FaultException.configuration(
          text + ". The bucket has to exist: check " + BucketKeys.BUCKET, e);
    }
    return FaultException.fatal(text, e);
  }

  private static String reason(HttpResponseException e) {
    GoogleJsonError details = details(e);
    return details == null
            || details.getErrors() == null
            || details.getErrors().isEmpty()
            || details.getErrors().get(0).getReason() == null
        ? ""
        : details.getErrors().get(0).getReason();
  }

  private static String message(HttpResponseException e) {
    GoogleJsonError details = details(e);
    return details == null || details.getMessage() == null
        ? "HTTP status " + e.getStatusCode()
        : details.getMessage();
  }

  private static GoogleJsonError details(HttpResponseException e) {
    return e instanceof GoogleJsonResponseException json ? json.getDetails() : null;
  }
}
