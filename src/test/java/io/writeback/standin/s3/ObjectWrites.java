package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** PutObject, CopyObject, DeleteObject. */
final class ObjectWrites {
  private final ObjectStore store;
  private final S3Access access;
  private final BodyIntake intake;

  ObjectWrites(ObjectStore store, S3Access access) {
    this.store = store;
    this.access = access;
    this.intake = new BodyIntake(store);
  }

  void put(S3Call call) throws IOException {
    Bucket bucket = store.bucket(call.request().bucket());
    ObjectHeaders headers = ObjectHeaders.of(call.signed());
    try (ConditionalWrite write = bucket.begin(condition(call), call.request().key())) {
      StagedBody body = intake.take(call);
      StoredObject object = commit(call, bucket, write, headers, body);
      Map<String, String> answer = new LinkedHashMap<>();
      answer.put("ETag", object.quotedEtag());
      object.addChecksum(answer);
      headers.addEncryption(answer);
      call.empty(200, answer);
    }
  }

  private static WriteCondition condition(S3Call call) {
    return call.fault() instanceof S3Fault.Unconditional
        ? WriteCondition.NONE
        : WriteCondition.of(call.signed());
  }

  void copy(S3Call call) throws IOException {
    Bucket bucket = store.bucket(call.request().bucket());
    String source = SigV4.decode(call.header("X-Amz-Copy-Source").orElseThrow());
    String[] parts = (source.startsWith("/") ? source.substring(1) : source).split("/", 2);
    if (parts.length != 2 || source.contains("?versionId=")) {
      throw new S3Error(S3ErrorCode.INVALID_ARGUMENT, "Invalid copy source object key");
    }
    access.demand(call.principal(), S3Permission.GET_OBJECT, parts[1]);
    Bucket.Opened from =
        store
            .bucket(parts[0])
            .open(parts[1])
            .orElseThrow(() -> new S3Error(S3ErrorCode.NO_SUCH_KEY));
    ObjectHeaders headers = copiedHeaders(call, from.object());
    ChecksumAlgorithm algorithm =
        from.object()
            .checksum()
            .map(StagedBody.Checksum::algorithm)
            .orElse(ChecksumAlgorithm.CRC64NVME);
    try (ConditionalWrite write =
            bucket.begin(WriteCondition.of(call.signed()), call.request().key());
        var content = from.content()) {
      StagedBody body = StagedBody.write(store.newFile(), content, algorithm, Long.MAX_VALUE);
      StoredObject object = commit(call, bucket, write, headers, body);
      Map<String, String> answer = new LinkedHashMap<>();
      headers.addEncryption(answer);
      call.xml(
          "CopyObjectResult",
          answer,
          xml -> {
            xml.element("LastModified", object.modified()).element("ETag", object.quotedEtag());
            object.addChecksum(xml);
          });
    }
  }

  private static ObjectHeaders copiedHeaders(S3Call call, StoredObject from) {
    String directive = call.header("X-Amz-Metadata-Directive").orElse("COPY");
    if (directive.equals("REPLACE")) {
      return ObjectHeaders.of(call.signed());
    }
    if (call.request().key().equals(from.key())) {
      throw new S3Error(
          S3ErrorCode.INVALID_REQUEST,
          "This copy request is illegal because it is trying to copy an object to itself without"
              + " changing the object's metadata, storage class, website redirect location or"
              + " encryption attributes.");
    }
    return from.headers();
  }

  private static StoredObject commit(
      S3Call call, Bucket bucket, ConditionalWrite write, ObjectHeaders headers, StagedBody body) {
    StoredObject object =
        new StoredObject(
            write.key(),
            body.file(),
            body.size(),
            etag(body.md5(), headers),
            call.now(),
            headers,
            Optional.of(body.checksum()),
            false);
    boolean kept = false;
    try {
      bucket.commit(write, object);
      kept = true;
      return object;
    } finally {
      if (!kept) {
        body.discard();
      }
    }
  }

  /** With SSE-KMS the entity tag is not the MD5 of the content (S3 API, API_Object). */
  static String etag(String md5, ObjectHeaders headers) {
    return headers.kms() ? SigV4.sha256(("kms" + md5).getBytes(UTF_8)).substring(0, 32) : md5;
  }

  void delete(S3Call call) throws IOException {
    if (call.header("If-Match").isPresent()) {
      // Directory buckets only (S3 API, API_DeleteObject).
      throw new S3Error(S3ErrorCode.NOT_IMPLEMENTED);
    }
    store.bucket(call.request().bucket()).delete(call.request().key());
    call.empty(204, Map.of());
  }
}
