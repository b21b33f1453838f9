package io.writeback.standin.s3;

import io.writeback.standin.s3.SigV4.Scope;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a request says about its signature, in the header or in the query.
 *
 * @param expiresSeconds life of a presigned URL; 0 for header authorization
 */
record Authorization(
    String accessKeyId,
    Scope scope,
    List<String> signedHeaders,
    String signature,
    String timestamp,
    Instant time,
    long expiresSeconds,
    Optional<String> sessionToken) {
  private static final DateTimeFormatter BASIC =
      new DateTimeFormatterBuilder().appendPattern("uuuuMMdd'T'HHmmss'Z'").toFormatter(Locale.ROOT);

  boolean presigned() {
    return expiresSeconds > 0;
  }

  static Authorization of(SignedRequest request) {
    Optional<String> header = request.header("Authorization");
    if (header.isPresent()) {
      if (request.parameter("X-Amz-Algorithm").isPresent()) {
        throw new S3Error(
            S3ErrorCode.INVALID_ARGUMENT, "Only one auth mechanism allowed; found two");
      }
      return ofHeader(request, header.get());
    }
    if (request.parameter("X-Amz-Algorithm").isPresent()) {
      return ofQuery(request);
    }
    throw new S3Error(S3ErrorCode.ACCESS_DENIED);
  }

  private static Authorization ofHeader(SignedRequest request, String header) {
    if (!header.startsWith(SigV4.ALGORITHM + " ")) {
      throw new S3Error(
          S3ErrorCode.INVALID_REQUEST,
          "The authorization mechanism you have provided is not supported. Please use "
              + SigV4.ALGORITHM
              + ".");
    }
    Map<String, String> fields = new HashMap<>();
    for (String field : header.substring(SigV4.ALGORITHM.length()).split(",", -1)) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(field.substring(0, equals).trim(), field.substring(equals + 1).trim());
      }
    }
    String timestamp =
        request
            .header("X-Amz-Date")
            .or(() -> request.header("Date").map(Authorization::fromHttpDate))
            .orElseThrow(
                () ->
                    new S3Error(
                        S3ErrorCode.ACCESS_DENIED,
                        "AWS authentication requires a valid Date or x-amz-date header"));
    return of(
        fields,
        "",
        timestamp,
        0,
        request.header("X-Amz-Security-Token"),
        S3ErrorCode.AUTHORIZATION_HEADER_MALFORMED);
  }

  private static Authorization ofQuery(SignedRequest request) {
    Map<String, String> fields = new HashMap<>();
    for (String name : List.of("Algorithm", "Credential", "SignedHeaders", "Signature", "Date")) {
      fields.put(
          name, request.parameter("X-Amz-" + name).orElseThrow(() -> badQuery("X-Amz-" + name)));
    }
    long expires;
    try {
      expires = Long.parseLong(request.parameter("X-Amz-Expires").orElse(""));
    } catch (NumberFormatException e) {
      throw badQuery("X-Amz-Expires");
    }
    // A week at most: S3 API, sigv4-query-string-auth.
    if (expires < 1 || expires > 604_800 || !SigV4.ALGORITHM.equals(fields.get("Algorithm"))) {
      throw badQuery("X-Amz-Expires or X-Amz-Algorithm");
    }
    return of(
        fields,
        "",
        fields.get("Date"),
        expires,
        request.parameter("X-Amz-Security-Token"),
        S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR);
  }

  private static S3Error badQuery(String parameter) {
    return new S3Error(
        S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR,
        "Query-string authentication version 4 requires a valid " + parameter + " parameter.");
  }

  private static Authorization of(
      Map<String, String> fields,
      String missing,
      String timestamp,
      long expires,
      Optional<String> token,
      S3ErrorCode malformed) {
    String[] credential = fields.getOrDefault("Credential", missing).split("/", -1);
    String signedHeaders = fields.getOrDefault("SignedHeaders", missing);
    String signature = fields.getOrDefault("Signature", missing);
    if (credential.length != 5
        || !credential[4].equals("aws4_request")
        || signedHeaders.isEmpty()
        || signature.isEmpty()) {
      throw new S3Error(malformed);
    }
    Instant time;
    try {
      time = LocalDateTime.parse(timestamp, BASIC).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new S3Error(
          S3ErrorCode.ACCESS_DENIED,
          "AWS authentication requires a valid Date or x-amz-date header");
    }
    if (!timestamp.startsWith(credential[1])) {
      throw new S3Error(
          malformed, "Invalid credential date " + credential[1] + ". Date is not " + timestamp);
    }
    return new Authorization(
        credential[0],
        new Scope(credential[1], credential[2], credential[3]),
        List.of(signedHeaders.split(";", -1)),
        signature,
        timestamp,
        time,
        expires,
        token);
  }

  private static String fromHttpDate(String date) {
    try {
      return BASIC.format(
          DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from).atOffset(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return date;
    }
  }
}
