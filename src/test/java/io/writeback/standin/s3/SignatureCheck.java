package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Verifies that a request was signed by a known key, for this region, now. */
final class SignatureCheck {
  /** S3 API, ErrorResponses: RequestTimeTooSkewed. */
  private static final Duration MAX_SKEW = Duration.ofMinutes(15);

  /**
   * A request whose head is proven.
   *
   * @param payload the hash of the payload, or how it is signed
   */
  record Verified(S3Credentials credentials, Authorization authorization, String payload) {
    byte[] signingKey() {
      return SigV4.signingKey(credentials.secretAccessKey(), authorization.scope());
    }

    /** Of the head: the seed of chunk signatures. */
    String signature() {
      return authorization.signature();
    }
  }

  private final String region;
  private final S3Access access;

  SignatureCheck(String region, S3Access access) {
    this.region = region;
    this.access = access;
  }

  /** Verifies a request to S3, which names its payload's hash in a header. */
  Verified s3(SignedRequest request, Instant now) {
    Authorization authorization = Authorization.of(request);
    String payload =
        request
            .header("X-Amz-Content-Sha256")
            .or(
                () ->
                    authorization.presigned()
                        ? request
                            .parameter("X-Amz-Content-Sha256")
                            .or(() -> java.util.Optional.of(Payload.UNSIGNED))
                        : java.util.Optional.empty())
            .orElseThrow(
                () ->
                    new S3Error(
                        S3ErrorCode.INVALID_REQUEST,
                        "Missing required header for this request: x-amz-content-sha256"));
    return verify(request, authorization, "s3", payload, now);
  }

  /** Verifies a request to another service, whose signature covers the body itself. */
  Verified other(SignedRequest request, String service, byte[] body, Instant now) {
    return verify(request, Authorization.of(request), service, SigV4.sha256(body), now);
  }

  private Verified verify(
      SignedRequest request,
      Authorization authorization,
      String service,
      String payload,
      Instant now) {
    checkScope(authorization, service);
    S3Credentials credentials =
        access.find(authorization.accessKeyId(), authorization.sessionToken(), now);
    checkTime(authorization, now);
    checkHeadersSigned(request, authorization);
    byte[] key = SigV4.signingKey(credentials.secretAccessKey(), authorization.scope());
    String canonical =
        SigV4.canonicalRequest(
            request.method(),
            SigV4.decode(request.path()),
            authorization.presigned()
                ? request.queryWithout("X-Amz-Signature")
                : request.rawQuery(),
            signedHeaders(request, authorization.signedHeaders()),
            payload);
    String toSign = SigV4.stringToSign(authorization.timestamp(), authorization.scope(), canonical);
    if (!MessageDigest.isEqual(
        SigV4.sign(key, toSign).getBytes(UTF_8), authorization.signature().getBytes(UTF_8))) {
      throw new S3Error(
          S3ErrorCode.SIGNATURE_DOES_NOT_MATCH,
          S3ErrorCode.SIGNATURE_DOES_NOT_MATCH.message(),
          Map.of(
              "AWSAccessKeyId",
              authorization.accessKeyId(),
              "StringToSign",
              toSign,
              "SignatureProvided",
              authorization.signature(),
              "CanonicalRequest",
              canonical));
    }
    return new Verified(credentials, authorization, payload);
  }

  private void checkScope(Authorization authorization, String service) {
    S3ErrorCode code =
        authorization.presigned()
            ? S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR
            : S3ErrorCode.AUTHORIZATION_HEADER_MALFORMED;
    if (!authorization.scope().region().equals(region)) {
      throw new S3Error(
          code,
          "The authorization header is malformed; the region '"
              + authorization.scope().region()
              + "' is wrong; expecting '"
              + region
              + "'",
          Map.of("Region", region));
    }
    if (!authorization.scope().service().equals(service)) {
      throw new S3Error(
          code, "The authorization header is malformed; incorrect service. Use " + service);
    }
  }

  private static void checkTime(Authorization authorization, Instant now) {
    Duration age = Duration.between(authorization.time(), now);
    if (authorization.presigned()) {
      if (age.compareTo(Duration.ofSeconds(authorization.expiresSeconds())) > 0) {
        throw new S3Error(
            S3ErrorCode.ACCESS_DENIED, "Request has expired", Map.of("ServerTime", now.toString()));
      }
      if (age.compareTo(MAX_SKEW.negated()) < 0) {
        throw new S3Error(S3ErrorCode.ACCESS_DENIED, "Request is not valid yet");
      }
    } else if (age.abs().compareTo(MAX_SKEW) > 0) {
      throw new S3Error(
          S3ErrorCode.REQUEST_TIME_TOO_SKEWED,
          S3ErrorCode.REQUEST_TIME_TOO_SKEWED.message(),
          Map.of(
              "RequestTime", authorization.timestamp(),
              "ServerTime", now.toString(),
              "MaxAllowedSkewMilliseconds", String.valueOf(MAX_SKEW.toMillis())));
    }
  }

  /** The host and every x-amz header must be signed, or a man in the middle could add one. */
  private static void checkHeadersSigned(SignedRequest request, Authorization authorization) {
    for (String name : request.headers().keySet()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if ((lower.equals("host") || lower.startsWith("x-amz-"))
          && !authorization.signedHeaders().contains(lower)) {
        throw new S3Error(
            S3ErrorCode.ACCESS_DENIED,
            "There were headers present in the request which were not signed",
            Map.of("HeadersNotSigned", lower));
      }
    }
  }

  private static SortedMap<String, String> signedHeaders(
      SignedRequest request, List<String> names) {
    SortedMap<String, String> signed = new TreeMap<>();
    for (String name : names) {
      StringBuilder value = new StringBuilder();
      for (String one : request.headers().getOrDefault(name, List.of())) {
        value.append(value.isEmpty() ? "" : ",").append(one.trim().replaceAll(" +", " "));
      }
      signed.put(name, value.toString());
    }
    return signed;
  }
}
