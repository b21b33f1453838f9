package io.writeback.standin.s3;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;

/** CreateMultipartUpload, UploadPart, AbortMultipartUpload, ListParts, ListMultipartUploads. */
final class MultipartWrites {
  /** S3 guide, qfacts. */
  static final int MAX_PARTS = 10_000;

  private final ObjectStore store;
  private final BodyIntake intake;

  MultipartWrites(ObjectStore store) {
    this.store = store;
    this.intake = new BodyIntake(store);
  }

  void create(S3Call call) throws IOException {
    Bucket bucket = store.bucket(call.request().bucket());
    ObjectHeaders headers = ObjectHeaders.of(call.signed());
    Optional<ChecksumAlgorithm> algorithm =
        call.header("X-Amz-Checksum-Algorithm")
            .map(
                name ->
                    ChecksumAlgorithm.ofName(name)
                        .orElseThrow(
                            () ->
                                new S3Error(
                                    S3ErrorCode.INVALID_REQUEST,
                                    "Checksum algorithm provided is unsupported.")));
    MultipartUpload upload =
        new MultipartUpload(
            UUID.randomUUID().toString().replace("-", ""),
            call.request().key(),
            headers,
            algorithm,
            composite(algorithm, call.header("X-Amz-Checksum-Type")),
            call.now(),
            new ConcurrentSkipListMap<>());
    bucket.uploads().put(upload.id(), upload);
    Map<String, String> answer = new LinkedHashMap<>();
    headers.addEncryption(answer);
    algorithm.ifPresent(
        a -> {
          answer.put("x-amz-checksum-algorithm", a.name());
          answer.put("x-amz-checksum-type", upload.checksumType());
        });
    call.xml(
        "InitiateMultipartUploadResult",
        answer,
        xml ->
            xml.element("Bucket", bucket.name())
                .element("Key", upload.key())
                .element("UploadId", upload.id()));
  }

  /** Which type goes with which algorithm: S3 guide, checking-object-integrity-upload. */
  private static boolean composite(Optional<ChecksumAlgorithm> algorithm, Optional<String> type) {
    boolean composite =
        type.map("COMPOSITE"::equals)
            .orElse(algorithm.isPresent() && algorithm.get() != ChecksumAlgorithm.CRC64NVME);
    boolean possible =
        algorithm.isEmpty()
            ? type.isEmpty()
            : composite ? algorithm.get() != ChecksumAlgorithm.CRC64NVME : algorithm.get().isCrc();
    if (!possible) {
      throw new S3Error(
          S3ErrorCode.INVALID_REQUEST,
          "The checksum type cannot be used with the checksum algorithm.");
    }
    return composite;
  }

  void part(S3Call call) throws IOException {
    MultipartUpload upload = find(store, call);
    int number = call.number("partNumber", 0, 1, MAX_PARTS);
    StagedBody body = intake.take(call, upload.algorithm().orElse(ChecksumAlgorithm.CRC64NVME));
    if (upload.algorithm().isPresent() && upload.algorithm().get() != body.checksum().algorithm()) {
      body.discard();
      throw new S3Error(
          S3ErrorCode.INVALID_REQUEST,
          "Checksum Type mismatch occurred, expected checksum Type: "
              + upload.algorithm().get()
              + ", actual checksum Type: "
              + body.checksum().algorithm());
    }
    MultipartUpload.Part before =
        upload.parts().put(number, new MultipartUpload.Part(body, call.now()));
    if (before != null) {
      before.body().discard();
    }
    Map<String, String> answer = new LinkedHashMap<>();
    answer.put("ETag", '"' + body.md5() + '"');
    answer.put(body.checksum().algorithm().header(), body.checksum().value());
    upload.headers().addEncryption(answer);
    call.empty(200, answer);
  }

  void abort(S3Call call) throws IOException {
    MultipartUpload upload = find(store, call);
    store.bucket(call.request().bucket()).uploads().remove(upload.id());
    upload.discard();
    call.empty(204, Map.of());
  }

  void listParts(S3Call call) throws IOException {
    MultipartUpload upload = find(store, call);
    int marker = call.number("part-number-marker", 0, 0, Integer.MAX_VALUE);
    int max = Math.min(1000, call.number("max-parts", 1000, 0, Integer.MAX_VALUE));
    var rest = upload.parts().tailMap(marker, false);
    var page = rest.entrySet().stream().limit(max).toList();
    call.xml(
        "ListPartsResult",
        xml -> {
          xml.element("Bucket", call.request().bucket())
              .element("Key", upload.key())
              .element("UploadId", upload.id())
              .element("StorageClass", upload.headers().storageClass())
              .element("PartNumberMarker", marker)
              .element("MaxParts", max)
              .element("IsTruncated", rest.size() > page.size());
          if (!page.isEmpty()) {
            xml.element("NextPartNumberMarker", page.get(page.size() - 1).getKey());
          }
          page.forEach(
              part ->
                  xml.nested(
                      "Part",
                      p ->
                          p.element("PartNumber", part.getKey())
                              .element("LastModified", part.getValue().modified())
                              .element("ETag", '"' + part.getValue().etag() + '"')
                              .element("Size", part.getValue().body().size())
                              .element(
                                  part.getValue().body().checksum().algorithm().element(),
                                  part.getValue().body().checksum().value())));
        });
  }

  /** All uploads under a prefix; paging is not implemented, so more than a page is refused. */
  void listUploads(S3Call call) throws IOException {
    Bucket bucket = store.bucket(call.request().bucket());
    String prefix = call.parameter("prefix").orElse("");
    var uploads =
        bucket.uploads().values().stream().filter(u -> u.key().startsWith(prefix)).toList();
    if (uploads.size() > 1000) {
      throw new S3Error(S3ErrorCode.NOT_IMPLEMENTED);
    }
    call.xml(
        "ListMultipartUploadsResult",
        xml -> {
          xml.element("Bucket", bucket.name())
              .element("KeyMarker", "")
              .element("UploadIdMarker", "")
              .element("Prefix", prefix)
              .element("MaxUploads", 1000)
              .element("IsTruncated", false);
          uploads.forEach(
              upload ->
                  xml.nested(
                      "Upload",
                      u ->
                          u.element("Key", upload.key())
                              .element("UploadId", upload.id())
                              .element("Initiated", upload.initiated())
                              .element("StorageClass", upload.headers().storageClass())));
        });
  }

  static MultipartUpload find(ObjectStore store, S3Call call) {
    String id = call.parameter("uploadId").orElse("");
    MultipartUpload upload = store.bucket(call.request().bucket()).uploads().get(id);
    if (upload == null || !upload.key().equals(call.request().key())) {
      throw new S3Error(
          S3ErrorCode.NO_SUCH_UPLOAD, S3ErrorCode.NO_SUCH_UPLOAD.message(), Map.of("UploadId", id));
    }
    return upload;
  }
}
