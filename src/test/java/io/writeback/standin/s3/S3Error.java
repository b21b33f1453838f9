package io.writeback.standin.s3;

import java.util.Map;

/** A request refused: what S3 would answer. */
public final class S3Error extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final S3ErrorCode code;
  private final transient Map<String, String> details;

  S3Error(S3ErrorCode code) {
    this(code, code.message(), Map.of());
  }

  S3Error(S3ErrorCode code, String message) {
    this(code, message, Map.of());
  }

  /**
   * An error.
   *
   * @param details further elements of the XML, such as Region
   */
  S3Error(S3ErrorCode code, String message, Map<String, String> details) {
    super(message);
    this.code = code;
    this.details = details;
  }

  public S3ErrorCode code() {
    return code;
  }

  Map<String, String> details() {
    return details;
  }
}
