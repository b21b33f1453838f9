package io.writeback.standin.s3;

/** Error codes with status and text, from S3 API, ErrorResponses. */
public enum S3ErrorCode {
  ACCESS_DENIED(403, "AccessDenied", "Access Denied"),
  AUTHORIZATION_HEADER_MALFORMED(
      400, "AuthorizationHeaderMalformed", "The authorization header you provided is invalid."),
  AUTHORIZATION_QUERY_PARAMETERS_ERROR(
      400,
      "AuthorizationQueryParametersError",
      "The authorization query parameters that you provided are not valid."),
  BAD_DIGEST(
      400,
      "BadDigest",
      "The Content-MD5 or checksum value that you specified did not match what the server"
          + " received."),
  BUCKET_ALREADY_EXISTS(409, "BucketAlreadyExists", "The requested bucket name is not available."),
  BUCKET_ALREADY_OWNED_BY_YOU(
      409,
      "BucketAlreadyOwnedByYou",
      "Your previous request to create the named bucket succeeded and you already own it."),
  BUCKET_NOT_EMPTY(409, "BucketNotEmpty", "The bucket you tried to delete is not empty."),
  CONDITIONAL_REQUEST_CONFLICT(
      409,
      "ConditionalRequestConflict",
      "The conditional request cannot succeed due to a conflicting operation against this"
          + " resource."),
  ENTITY_TOO_LARGE(
      400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size."),
  ENTITY_TOO_SMALL(
      400,
      "EntityTooSmall",
      "Your proposed upload is smaller than the minimum allowed object size."),
  EXPIRED_TOKEN(400, "ExpiredToken", "The provided token has expired."),
  ILLEGAL_LOCATION_CONSTRAINT_EXCEPTION(
      400,
      "IllegalLocationConstraintException",
      "The specified location-constraint is incompatible for the region specific endpoint this"
          + " request was sent to."),
  INCOMPLETE_BODY(
      400,
      "IncompleteBody",
      "You did not provide the number of bytes specified by the Content-Length HTTP header."),
  INTERNAL_ERROR(500, "InternalError", "We encountered an internal error. Please try again."),
  INVALID_ACCESS_KEY_ID(
      403,
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records."),
  INVALID_ARGUMENT(400, "InvalidArgument", "Invalid Argument"),
  INVALID_BUCKET_NAME(400, "InvalidBucketName", "The specified bucket is not valid."),
  INVALID_CHUNK_SIZE_ERROR(
      403,
      "InvalidChunkSizeError",
      "Only the last chunk is allowed to have a size less than 8192 bytes"),
  INVALID_DIGEST(400, "InvalidDigest", "The Content-MD5 you specified is not valid."),
  INVALID_ENCRYPTION_ALGORITHM_ERROR(
      400,
      "InvalidEncryptionAlgorithmError",
      "The encryption request that you specified is not valid."),
  INVALID_PART(
      400,
      "InvalidPart",
      "One or more of the specified parts could not be found. The part may not have been"
          + " uploaded, or the specified entity tag may not match the part's entity tag."),
  INVALID_PART_ORDER(
      400,
      "InvalidPartOrder",
      "The list of parts was not in ascending order. The parts list must be specified in order by"
          + " part number."),
  INVALID_RANGE(416, "InvalidRange", "The requested range is not satisfiable"),
  INVALID_REQUEST(400, "InvalidRequest", "Invalid Request"),
  INVALID_TAG(400, "InvalidTag", "The tag provided was not a valid tag."),
  INVALID_TOKEN(400, "InvalidToken", "The provided token is malformed or otherwise invalid."),
  INVALID_URI(400, "InvalidURI", "Couldn't parse the specified URI."),
  KEY_TOO_LONG_ERROR(400, "KeyTooLongError", "Your key is too long"),
  MALFORMED_TRAILER_ERROR(
      400,
      "MalformedTrailerError",
      "The request contained trailing data that was not well-formed or did not conform to our"
          + " published schema."),
  MALFORMED_XML(
      400,
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema"),
  METADATA_TOO_LARGE(
      400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size"),
  METHOD_NOT_ALLOWED(
      405, "MethodNotAllowed", "The specified method is not allowed against this resource."),
  MISSING_CONTENT_LENGTH(
      411, "MissingContentLength", "You must provide the Content-Length HTTP header."),
  NO_SUCH_BUCKET(404, "NoSuchBucket", "The specified bucket does not exist"),
  NO_SUCH_KEY(404, "NoSuchKey", "The specified key does not exist."),
  NO_SUCH_UPLOAD(
      404,
      "NoSuchUpload",
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have"
          + " been aborted or completed."),
  NOT_IMPLEMENTED(
      501,
      "NotImplemented",
      "A header or query you provided implies functionality that is not implemented"),
  PRECONDITION_FAILED(
      412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold"),
  REQUEST_TIME_TOO_SKEWED(
      403,
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large."),
  SIGNATURE_DOES_NOT_MATCH(
      403,
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your"
          + " key and signing method."),
  SLOW_DOWN(503, "SlowDown", "Please reduce your request rate."),
  X_AMZ_CONTENT_SHA256_MISMATCH(
      400,
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.");

  private final int status;
  private final String code;
  private final String message;

  S3ErrorCode(int status, String code, String message) {
    this.status = status;
    this.code = code;
    this.message = message;
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public String message() {
    return message;
  }
}
