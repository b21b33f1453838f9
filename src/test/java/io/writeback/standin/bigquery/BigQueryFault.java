package io.writeback.standin.bigquery;

import java.util.concurrent.CountDownLatch;

/** What the stand-in does instead of the right thing. */
public sealed interface BigQueryFault {
  /** The call takes effect, then the connection ends without an answer. */
  record AnswerLost() implements BigQueryFault {}

  /** The connection ends before the call takes effect. */
  record CutBefore() implements BigQueryFault {}

  /** An error instead of the effect, such as 403 rateLimitExceeded or 503 backendError. */
  record Refused(int status, String reason, String message) implements BigQueryFault {
    public static Refused rateLimit() {
      return new Refused(403, "rateLimitExceeded", "Exceeded rate limits");
    }

    public static Refused quota() {
      return new Refused(403, "quotaExceeded", "Quota exceeded");
    }

    public static Refused backend(int status) {
      return new Refused(
          status,
          "backendError",
          "Error encountered during execution. Retrying may solve the problem.");
    }

    public static Refused expiredToken() {
      return new Refused(
          401,
          "authError",
          "Request had invalid authentication credentials. Expected OAuth 2 access token, login"
              + " cookie or other valid authentication credential.");
    }
  }

  /** The page of a front end instead of the effect: a status such as 502, and no word of an API. */
  record Page(int status) implements BigQueryFault {}

  /** The call takes effect, and the answer is an error all the same. */
  record ErrorAfter(int status, String reason, String message) implements BigQueryFault {}

  /** The call has no effect, and this is its answer. */
  record Pretend(String body) implements BigQueryFault {}

  /** The answer ends after some bytes of its body. */
  record TruncatedBody(int bytes) implements BigQueryFault {}

  /** The answer stops after some bytes of its body until released. */
  record StalledBody(int bytes, CountDownLatch release) implements BigQueryFault {}

  /** For job.start and job.effect: the job ends with this errorResult and without effect. */
  record JobFails(String reason, String message) implements BigQueryFault {}

  /** For job.start: stays PENDING until released; for job.effect: stays RUNNING. */
  record JobHeld(CountDownLatch release) implements BigQueryFault {}

  /**
   * For tables.update and tables.patch: streaming writers do not see new columns until released.
   */
  record ColumnLate(CountDownLatch release) implements BigQueryFault {}
}
