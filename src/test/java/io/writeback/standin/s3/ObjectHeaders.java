package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a client wants kept with an object.
 *
 * @param stored headers returned by GET and HEAD: metadata, content headers, encryption
 * @param tags decoded
 */
record ObjectHeaders(Map<String, String> stored, Map<String, String> tags) {
  private static final int MAX_METADATA = 2048;
  private static final String SSE = "x-amz-server-side-encryption";
  private static final String KMS_KEY = "x-amz-server-side-encryption-aws-kms-key-id";
  private static final String BUCKET_KEY = "x-amz-server-side-encryption-bucket-key-enabled";
  private static final List<String> KEPT =
      List.of("cache-control", "content-disposition", "content-language", "expires");
  private static final Set<String> STORAGE_CLASSES =
      Set.of("STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING");

  static ObjectHeaders of(SignedRequest request) {
    Map<String, String> stored = new TreeMap<>();
    stored.put("content-type", request.header("Content-Type").orElse("binary/octet-stream"));
    KEPT.forEach(name -> request.header(name).ifPresent(value -> stored.put(name, value)));
    request.header("Content-Encoding").ifPresent(value -> keepEncoding(value, stored));
    int metadata = 0;
    for (Map.Entry<String, List<String>> header : request.headers().entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (name.startsWith("x-amz-meta-")) {
        String value = String.join(",", header.getValue());
        stored.put(name, value);
        metadata += name.length() - "x-amz-meta-".length() + value.getBytes(UTF_8).length;
      }
    }
    if (metadata > MAX_METADATA) {
      throw new S3Error(
          S3ErrorCode.METADATA_TOO_LARGE,
          S3ErrorCode.METADATA_TOO_LARGE.message(),
          Map.of("Size", String.valueOf(metadata), "MaxSizeAllowed", "2048"));
    }
    keepStorageClass(request, stored);
    keepEncryption(request, stored);
    return new ObjectHeaders(stored, ObjectTags.parse(request.header("X-Amz-Tagging").orElse("")));
  }

  /** aws-chunked names the transfer, not the object (S3 API, sigv4-streaming). */
  private static void keepEncoding(String value, Map<String, String> stored) {
    String rest = value.replaceAll("aws-chunked\\s*,?\\s*", "").replaceAll(",\\s*$", "").trim();
    if (!rest.isEmpty()) {
      stored.put("content-encoding", rest);
    }
  }

  private static void keepStorageClass(SignedRequest request, Map<String, String> stored) {
    request
        .header("X-Amz-Storage-Class")
        .ifPresent(
            value -> {
              if (!STORAGE_CLASSES.contains(value)) {
                throw new S3Error(S3ErrorCode.INVALID_ARGUMENT, "not a storage class: " + value);
              }
              if (!value.equals("STANDARD")) {
                stored.put("x-amz-storage-class", value);
              }
            });
  }

  /** Without a wish, objects are encrypted with S3's keys (S3 guide, default-encryption). */
  private static void keepEncryption(SignedRequest request, Map<String, String> stored) {
    String wish = request.header(SSE).orElse("AES256");
    boolean kms = wish.equals("aws:kms");
    if (!kms && !wish.equals("AES256")) {
      throw new S3Error(S3ErrorCode.INVALID_ENCRYPTION_ALGORITHM_ERROR);
    }
    if (!kms && request.header(KMS_KEY).isPresent()) {
      throw new S3Error(
          S3ErrorCode.INVALID_ARGUMENT,
          "Server Side Encryption with AWS KMS managed key requires HTTP header "
              + SSE
              + " : aws:kms");
    }
    stored.put(SSE, wish);
    if (kms) {
      stored.put(
          KMS_KEY,
          request.header(KMS_KEY).orElse("arn:aws:kms:local:000000000000:key/aws-managed-s3"));
      request.header(BUCKET_KEY).ifPresent(value -> stored.put(BUCKET_KEY, value));
    }
  }

  boolean kms() {
    return "aws:kms".equals(stored.get(SSE));
  }

  /** The encryption headers alone, which answers to writes repeat. */
  void addEncryption(Map<String, String> to) {
    stored.forEach(
        (name, value) -> {
          if (name.startsWith(SSE)) {
            to.put(name, value);
          }
        });
  }

  String storageClass() {
    return stored.getOrDefault("x-amz-storage-class", "STANDARD");
  }
}
