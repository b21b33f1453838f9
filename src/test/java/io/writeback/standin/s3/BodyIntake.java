package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Takes an upload to disk and verifies every digest that came with it. */
final class BodyIntake {
  /** S3 guide, qfacts: one PUT or one part. */
  private static final long MAX_PUT = 5L << 30;

  /** A checksum that the client announced; the value comes later if it is in a trailer. */
  private record Announced(ChecksumAlgorithm algorithm, Optional<String> value) {}

  private final ObjectStore store;

  BodyIntake(ObjectStore store) {
    this.store = store;
  }

  /** Takes an upload, with the default checksum if the client sent none. */
  StagedBody take(S3Call call) throws IOException {
    return take(call, ChecksumAlgorithm.CRC64NVME);
  }

  StagedBody take(S3Call call, ChecksumAlgorithm otherwise) throws IOException {
    long length = call.payload().length();
    if (length > MAX_PUT) {
      throw new S3Error(
          S3ErrorCode.ENTITY_TOO_LARGE,
          S3ErrorCode.ENTITY_TOO_LARGE.message(),
          Map.of(
              "ProposedSize", String.valueOf(length), "MaxSizeAllowed", String.valueOf(MAX_PUT)));
    }
    Optional<Announced> announced = announced(call.signed());
    Optional<String> md5 = contentMd5(call.signed());
    long disk = call.fault() instanceof S3Fault.DiskFull full ? full.afterBytes() : Long.MAX_VALUE;
    StagedBody body =
        StagedBody.write(
            store.newFile(),
            call.payload().stream(),
            announced.map(Announced::algorithm).orElse(otherwise),
            disk);
    boolean good = false;
    try {
      if (body.size() != length) {
        throw new S3Error(S3ErrorCode.INCOMPLETE_BODY);
      }
      if (md5.isPresent() && !md5.get().equals(body.md5())) {
        throw new S3Error(S3ErrorCode.BAD_DIGEST);
      }
      announced.ifPresent(a -> verify(a, call.payload().trailers(), body));
      good = true;
      return body;
    } finally {
      if (!good) {
        body.discard();
      }
    }
  }

  /** DeleteObjects must carry a digest of its body (S3 API, API_DeleteObjects). */
  static void demandDigest(S3Call call, byte[] body) throws IOException {
    Optional<Announced> announced = announced(call.signed());
    Optional<String> md5 = contentMd5(call.signed());
    if (announced.isEmpty() && md5.isEmpty()) {
      throw new S3Error(
          S3ErrorCode.INVALID_REQUEST, "Missing required header for this request: Content-MD5");
    }
    if (md5.isPresent()
        && !md5.get().equals(HexFormat.of().formatHex(SigV4.digest("MD5").digest(body)))) {
      throw new S3Error(S3ErrorCode.BAD_DIGEST);
    }
    if (announced.isPresent()) {
      ChecksumAlgorithm.Running running = announced.get().algorithm().begin();
      try (ByteArrayInputStream in = new ByteArrayInputStream(body)) {
        byte[] all = in.readAllBytes();
        running.update(all, 0, all.length);
      }
      compare(announced.get(), call.payload().trailers(), running.base64());
    }
  }

  private static void verify(Announced announced, Map<String, String> trailers, StagedBody body) {
    compare(announced, trailers, body.checksum().value());
  }

  private static void compare(Announced announced, Map<String, String> trailers, String computed) {
    ChecksumAlgorithm algorithm = announced.algorithm();
    String value = announced.value().orElseGet(() -> trailers.get(algorithm.header()));
    if (value == null || !algorithm.isValid(value)) {
      throw new S3Error(
          S3ErrorCode.INVALID_REQUEST, "Value for " + algorithm.header() + " header is invalid.");
    }
    if (!value.equals(computed)) {
      throw new S3Error(
          S3ErrorCode.BAD_DIGEST,
          "The " + algorithm.name() + " you specified did not match the calculated checksum.");
    }
  }

  private static Optional<Announced> announced(SignedRequest request) {
    List<String> names =
        request.headers().keySet().stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .filter(name -> ChecksumAlgorithm.ofHeader(name).isPresent())
            .toList();
    Optional<ChecksumAlgorithm> trailer =
        request.header("X-Amz-Trailer").flatMap(ChecksumAlgorithm::ofHeader);
    if (names.size() + (trailer.isPresent() ? 1 : 0) > 1) {
      throw new S3Error(
          S3ErrorCode.INVALID_REQUEST,
          "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    }
    Optional<Announced> announced =
        names.isEmpty()
            ? trailer.map(algorithm -> new Announced(algorithm, Optional.empty()))
            : ChecksumAlgorithm.ofHeader(names.get(0))
                .map(algorithm -> new Announced(algorithm, request.header(names.get(0))));
    request
        .header("X-Amz-Sdk-Checksum-Algorithm")
        .ifPresent(
            wanted -> {
              if (announced.isEmpty()) {
                throw new S3Error(
                    S3ErrorCode.INVALID_REQUEST,
                    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-*"
                        + " or x-amz-trailer headers were found.");
              }
              if (!ChecksumAlgorithm.ofName(wanted)
                  .equals(Optional.of(announced.get().algorithm()))) {
                throw new S3Error(
                    S3ErrorCode.INVALID_REQUEST,
                    "Value for x-amz-sdk-checksum-algorithm header is invalid.");
              }
            });
    return announced;
  }

  /** In hex. */
  private static Optional<String> contentMd5(SignedRequest request) {
    return request
        .header("Content-MD5")
        .map(
            value -> {
              try {
                byte[] digest = Base64.getDecoder().decode(value.getBytes(UTF_8));
                if (digest.length == 16) {
                  return HexFormat.of().formatHex(digest);
                }
              } catch (IllegalArgumentException e) {
                // Falls through to the refusal.
              }
              throw new S3Error(S3ErrorCode.INVALID_DIGEST);
            });
  }
}
