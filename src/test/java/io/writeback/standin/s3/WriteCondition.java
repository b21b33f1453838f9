package io.writeback.standin.s3;

import java.util.Map;
import java.util.Optional;

/**
 * If-None-Match and If-Match of a write (S3 guide, conditional-writes).
 *
 * @param absent whether no object may be there
 * @param etag the entity tag that must be there, without quotes
 */
record WriteCondition(boolean absent, Optional<String> etag) {
  static final WriteCondition NONE = new WriteCondition(false, Optional.empty());

  static WriteCondition of(SignedRequest request) {
    Optional<String> noneMatch = request.header("If-None-Match");
    if (noneMatch.isPresent() && !noneMatch.get().equals("*")) {
      throw new S3Error(
          S3ErrorCode.NOT_IMPLEMENTED,
          S3ErrorCode.NOT_IMPLEMENTED.message(),
          Map.of("Header", "If-None-Match"));
    }
    Optional<String> match = request.header("If-Match").map(WriteCondition::unquoted);
    if (noneMatch.isPresent() && match.isPresent()) {
      throw new S3Error(S3ErrorCode.NOT_IMPLEMENTED);
    }
    return new WriteCondition(noneMatch.isPresent(), match);
  }

  static String unquoted(String etag) {
    return etag.length() > 1 && etag.startsWith("\"") && etag.endsWith("\"")
        ? etag.substring(1, etag.length() - 1)
        : etag;
  }

  /**
   * Judges.
   *
   * @param conflicted whether the object was deleted while the write was under way
   */
  void check(Optional<StoredObject> there, boolean conflicted) {
    if (!absent && etag.isEmpty()) {
      return;
    }
    if (conflicted) {
      throw new S3Error(S3ErrorCode.CONDITIONAL_REQUEST_CONFLICT);
    }
    if (absent && there.isPresent()) {
      throw failed("If-None-Match");
    }
    if (etag.isPresent()) {
      StoredObject object = there.orElseThrow(() -> new S3Error(S3ErrorCode.NO_SUCH_KEY));
      if (!object.etag().equals(etag.get()) && !etag.get().equals("*")) {
        throw failed("If-Match");
      }
    }
  }

  static S3Error failed(String header) {
    return new S3Error(
        S3ErrorCode.PRECONDITION_FAILED,
        S3ErrorCode.PRECONDITION_FAILED.message(),
        Map.of("Condition", header));
  }
}
