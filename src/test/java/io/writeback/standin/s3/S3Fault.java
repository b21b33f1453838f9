package io.writeback.standin.s3;

import java.time.Duration;

/** What the stand-in does instead of the right thing. */
public sealed interface S3Fault {
  /** Answers with this error and has no effect. */
  record Refuse(S3ErrorCode code) implements S3Fault {}

  /** Has its effect, then resets the connection instead of answering. */
  record LostAnswer() implements S3Fault {}

  /** Resets the connection; no effect. */
  record ResetBefore() implements S3Fault {}

  /** Pays no heed to If-None-Match and If-Match, as services do that know S3 from before 2024. */
  record Unconditional() implements S3Fault {}

  /** Waits, then does the right thing. */
  record Delay(Duration time) implements S3Fault {}

  /** Sends the answer's body at this rate. */
  record SlowBody(long bytesPerSecond) implements S3Fault {}

  /** Sends so many bytes of the answer's body and waits before the rest. */
  record StallBody(long afterBytes, Duration time) implements S3Fault {}

  /** Announces the whole body, sends so many bytes and ends the connection. */
  record TruncateBody(long afterBytes) implements S3Fault {}

  /** Changes one bit of the answer's body; the length stays right. */
  record CorruptBody(long atByte) implements S3Fault {}

  /** The server's clock is this far ahead during the request, in its Date header too. */
  record ClockSkew(Duration ahead) implements S3Fault {}

  /** The disk fills after so many bytes of the upload: InternalError, and nothing is kept. */
  record DiskFull(long afterBytes) implements S3Fault {}

  /**
   * Status 200 and then an error in the body, as CopyObject and CompleteMultipartUpload may do (S3
   * API, API_CompleteMultipartUpload); no effect.
   */
  record ErrorInBody(S3ErrorCode code) implements S3Fault {}

  /** 503 SlowDown. */
  static S3Fault slowDown() {
    return new Refuse(S3ErrorCode.SLOW_DOWN);
  }

  /** 500 InternalError. */
  static S3Fault internalError() {
    return new Refuse(S3ErrorCode.INTERNAL_ERROR);
  }

  /** 403 AccessDenied. */
  static S3Fault accessDenied() {
    return new Refuse(S3ErrorCode.ACCESS_DENIED);
  }

  /** 400 ExpiredToken. */
  static S3Fault expiredToken() {
    return new Refuse(S3ErrorCode.EXPIRED_TOKEN);
  }
}
