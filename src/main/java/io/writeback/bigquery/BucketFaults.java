package io.writeback.bigquery;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpResponseException;
import io.writeback.retry.FaultException;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;

/**
 * What a failure of Cloud Storage means, decided here once. Statuses and reasons: documentation
 * page "HTTP status and error codes for JSON"; what may be tried again: "Retry strategy".
 */
final class BucketFaults {
  /** What to do if BigQuery or the sink may not use the bucket. */
  static final String GRANT =
      ". Grant the service account roles/storage.objectUser on the bucket of " + BucketKeys.BUCKET;

  private static final Set<Integer> PASSING_CODES = Set.of(408, 410, 416, 429);

  private static final Set<String> PASSING =
      Set.of("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "backendError");

  private static final Set<String> KEEPING =
      Set.of("retentionPolicyNotMet", "objectUnderActiveHold");

  private BucketFaults() {}

  /**
   * A request that failed.
   *
   * @param doing what was tried, such as {@code writing gs://b/o}
   */
  static FaultException of(String doing, IOException e) {
    if (!(e instanceof HttpResponseException answer)) {
      return BigQueryFaults.unanswered(doing, "Cloud Storage", e);
    }
    int code = answer.getStatusCode();
    String reason = reason(answer);
    String message = message(answer);
    String text = doing + ": " + message + " (" + code + " " + reason + ")";
    if (code >= 500 || PASSING_CODES.contains(code) || PASSING.contains(reason)) {
      return FaultException.retry(text, e);
    }
    if (code == 400 && message.contains("CRC32C")) {
      return FaultException.retry(text + ". The bytes have changed on their way", e);
    }
    String advice = advice(code, reason, message, details(answer) == null);
    if (!advice.isEmpty()) {
      return FaultException.configuration(text + advice, e);
    }
    return code == 412 ? FaultException.retry(text, e) : FaultException.fatal(text, e);
  }

  /** What a user has to do about it; empty if nothing that we know of. */
  private static String advice(int code, String reason, String message, boolean bare) {
    if (reason.startsWith("userProject") || message.contains("requester pays")) {
      return ". A load job cannot say who pays: choose another bucket in " + BucketKeys.BUCKET;
    }
    if (reason.toLowerCase(Locale.ROOT).startsWith("cloudkms")) {
      return ". Check the key that encrypts the bucket of "
          + BucketKeys.BUCKET
          + ", and that Cloud Storage may use it";
    }
    if (reason.equals("orgPolicyConstraintFailed")) {
      return ". A policy of the organization forbids it: choose a bucket that obeys it in "
          + BucketKeys.BUCKET;
    }
    if (isKept(reason)) {
      return ". The bucket of " + BucketKeys.BUCKET + " keeps its objects";
    }
    return switch (code) {
      case 401 -> ". Check bigquery.credentials.*";
      case 403 ->
          switch (reason) {
            case "insufficientPermissions" ->
                ". The login needs the scope https://www.googleapis.com/auth/devstorage.read_write";
            case "accessNotConfigured", "usageLimits.accessNotConfigured" ->
                ". Enable the API of Cloud Storage in the project";
            default -> GRANT;
          };
      case 404 ->
          bare
              ? ". That is no answer of Cloud Storage: check " + BucketKeys.ENDPOINT
              : ". The bucket has to exist: check " + BucketKeys.BUCKET;
      default -> "";
    };
  }

  /** Whether a bucket refused to give an object up: it will, or nobody can make it. */
  static boolean isKept(IOException e) {
    return e instanceof HttpResponseException answer && isKept(reason(answer));
  }

  private static boolean isKept(String reason) {
    return KEEPING.contains(reason);
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
