package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.writeback.standin.http.HttpCall;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which operation a request asks for, with path-style addresses. */
final class S3Routes {
  private static final int MAX_KEY_BYTES = 1024;

  /** Parameters that only name the operation, or have no effect. */
  private static final Set<String> HARMLESS = Set.of("x-id");

  private static final Set<String> HEADERS =
      Set.of(
          "x-amz-content-sha256",
          "x-amz-date",
          "x-amz-security-token",
          "x-amz-decoded-content-length",
          "x-amz-trailer",
          "x-amz-sdk-checksum-algorithm",
          "x-amz-checksum-mode",
          "x-amz-checksum-type",
          "x-amz-checksum-algorithm",
          "x-amz-server-side-encryption",
          "x-amz-server-side-encryption-aws-kms-key-id",
          "x-amz-server-side-encryption-bucket-key-enabled",
          "x-amz-storage-class",
          "x-amz-tagging",
          "x-amz-copy-source",
          "x-amz-metadata-directive",
          "x-amz-mp-object-size",
          // The SDK asks for an MD5 after the body; a server may leave it out.
          "x-amz-te",
          "x-amz-user-agent");

  private S3Routes() {}

  static S3Request route(HttpCall http) {
    String path = http.path();
    if (path.equals("/")) {
      boolean form =
          http.header("Content-Type")
              .map(type -> type.startsWith("application/x-www-form-urlencoded"))
              .orElse(false);
      S3Operation operation =
          http.method().equals("POST") && form
              ? S3Operation.STS
              : http.method().equals("GET") ? S3Operation.LIST_BUCKETS : S3Operation.UNKNOWN;
      return new S3Request(operation, "", "");
    }
    String[] parts = path.substring(1).split("/", 2);
    String bucket = SigV4.decode(parts[0]);
    String key = parts.length == 2 ? SigV4.decode(parts[1]) : "";
    Map<String, String> query = http.query();
    S3Operation operation =
        key.isEmpty()
            ? bucketOperation(http.method(), query)
            : objectOperation(http.method(), query, http.header("X-Amz-Copy-Source"));
    return new S3Request(operation, bucket, key);
  }

  private static S3Operation bucketOperation(String method, Map<String, String> query) {
    return switch (method) {
      case "PUT" -> only(query, S3Operation.CREATE_BUCKET);
      case "HEAD" -> only(query, S3Operation.HEAD_BUCKET);
      case "DELETE" -> only(query, S3Operation.DELETE_BUCKET);
      case "POST" -> only(query, S3Operation.DELETE_OBJECTS, "delete");
      case "GET" -> {
        if ("2".equals(query.get("list-type"))) {
          yield only(
              query,
              S3Operation.LIST_OBJECTS_V2,
              "list-type",
              "prefix",
              "delimiter",
              "max-keys",
              "continuation-token",
              "start-after",
              "encoding-type");
        }
        yield query.containsKey("uploads")
            ? only(query, S3Operation.LIST_MULTIPART_UPLOADS, "uploads", "prefix", "max-uploads")
            : query.containsKey("location")
                ? only(query, S3Operation.GET_BUCKET_LOCATION, "location")
                : S3Operation.UNKNOWN;
      }
      default -> S3Operation.UNKNOWN;
    };
  }

  private static S3Operation objectOperation(
      String method, Map<String, String> query, Optional<String> copySource) {
    boolean upload = query.containsKey("uploadId");
    return switch (method) {
      case "PUT" -> {
        if (upload && copySource.isEmpty()) {
          yield only(query, S3Operation.UPLOAD_PART, "uploadId", "partNumber");
        }
        yield only(
            query, copySource.isPresent() ? S3Operation.COPY_OBJECT : S3Operation.PUT_OBJECT);
      }
      case "GET" -> {
        if (upload) {
          yield only(query, S3Operation.LIST_PARTS, "uploadId", "max-parts", "part-number-marker");
        }
        yield query.containsKey("tagging")
            ? only(query, S3Operation.GET_OBJECT_TAGGING, "tagging")
            : only(query, S3Operation.GET_OBJECT);
      }
      case "HEAD" -> only(query, S3Operation.HEAD_OBJECT);
      case "DELETE" ->
          upload
              ? only(query, S3Operation.ABORT_MULTIPART_UPLOAD, "uploadId")
              : only(query, S3Operation.DELETE_OBJECT);
      case "POST" ->
          upload
              ? only(query, S3Operation.COMPLETE_MULTIPART_UPLOAD, "uploadId")
              : query.containsKey("uploads")
                  ? only(query, S3Operation.CREATE_MULTIPART_UPLOAD, "uploads")
                  : S3Operation.UNKNOWN;
      default -> S3Operation.UNKNOWN;
    };
  }

  /** The operation, if the request has no parameter that would change what it means. */
  private static S3Operation only(
      Map<String, String> query, S3Operation operation, String... known) {
    Set<String> allowed = Set.of(known);
    return query.keySet().stream()
            .allMatch(
                name ->
                    allowed.contains(name)
                        || HARMLESS.contains(name)
                        || name.toLowerCase(Locale.ROOT).startsWith("x-amz-"))
        ? operation
        : S3Operation.UNKNOWN;
  }

  /** Refuses what no operation here understands, rather than ignore it. */
  static void check(S3Request request, SignedRequest signed) {
    if (request.operation() == S3Operation.UNKNOWN) {
      throw new S3Error(S3ErrorCode.NOT_IMPLEMENTED);
    }
    for (String name : signed.headers().keySet()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.startsWith("x-amz-")
          && !lower.startsWith("x-amz-meta-")
          && !HEADERS.contains(lower)
          && ChecksumAlgorithm.ofHeader(lower).isEmpty()) {
        throw new S3Error(
            S3ErrorCode.NOT_IMPLEMENTED,
            "A header you provided implies functionality that is not implemented: " + lower,
            Map.of("Header", lower));
      }
    }
    int bytes = request.key().getBytes(UTF_8).length;
    if (bytes > MAX_KEY_BYTES) {
      throw new S3Error(
          S3ErrorCode.KEY_TOO_LONG_ERROR,
          S3ErrorCode.KEY_TOO_LONG_ERROR.message(),
          Map.of("Size", String.valueOf(bytes), "MaxSizeAllowed", "1024"));
    }
  }
}
