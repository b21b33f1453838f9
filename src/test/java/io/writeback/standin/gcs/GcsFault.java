package io.writeback.standin.gcs;

import java.util.concurrent.CountDownLatch;

/** What the stand-in does instead of the right thing. */
public sealed interface GcsFault {
  /** The call takes effect, then the connection ends without an answer. */
  record AnswerLost() implements GcsFault {}

  /** The call takes effect, and its answer does not come until released. */
  record Silent(CountDownLatch release) implements GcsFault {}

  /** The call takes effect as if it had come without a precondition. */
  record Unconditional() implements GcsFault {}

  /** The connection ends before the call takes effect. */
  record CutBefore() implements GcsFault {}

  /** The body of the call arrives with a byte that is not what was sent. */
  record Damaged() implements GcsFault {}

  /** An error instead of the effect. */
  record Refused(int status, String reason, String message) implements GcsFault {
    public static Refused backend(int status) {
      return new Refused(status, "backendError", "We encountered an internal error. Try again.");
    }

    public static Refused rateLimit() {
      return new Refused(
          429,
          "rateLimitExceeded",
          "The object exceeded the rate limit for object mutation operations.");
    }
  }
}
