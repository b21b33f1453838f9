package io.writeback.standin.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** GetObject, HeadObject, GetObjectTagging. */
final class ObjectReads {
  private final ObjectStore store;
  private final S3Access access;

  ObjectReads(ObjectStore store, S3Access access) {
    this.store = store;
    this.access = access;
  }

  /** GET and HEAD differ in the body only. */
  void get(S3Call call) throws IOException {
    Bucket.Opened opened =
        store
            .bucket(call.request().bucket())
            .open(call.request().key())
            .orElseThrow(() -> missing(call));
    StoredObject object = opened.object();
    try (InputStream content = opened.content()) {
      Map<String, String> headers = new LinkedHashMap<>(object.headers().stored());
      headers.put("ETag", object.quotedEtag());
      headers.put("Last-Modified", S3Call.httpDate(object.modified()));
      headers.put("Accept-Ranges", "bytes");
      if (!object.headers().tags().isEmpty()) {
        headers.put("x-amz-tagging-count", String.valueOf(object.headers().tags().size()));
      }
      if (isNotModified(call, object)) {
        call.empty(304, headers);
        return;
      }
      Optional<ByteRange> range = ByteRange.parse(call.header("Range"), object.size());
      if (range.isEmpty()) {
        if (call.header("X-Amz-Checksum-Mode").filter("ENABLED"::equals).isPresent()) {
          object.addChecksum(headers);
        }
        call.stream(200, headers, content, object.size());
        return;
      }
      ByteRange part = range.get();
      headers.put("Content-Range", "bytes " + part.from() + "-" + part.to() + "/" + object.size());
      content.skipNBytes(part.from());
      call.stream(206, headers, content, part.length());
    }
  }

  private static boolean isNotModified(S3Call call, StoredObject object) {
    Optional<String> match = call.header("If-Match").map(WriteCondition::unquoted);
    if (match.isPresent() && !match.get().equals("*") && !match.get().equals(object.etag())) {
      throw WriteCondition.failed("If-Match");
    }
    Optional<String> noneMatch = call.header("If-None-Match").map(WriteCondition::unquoted);
    return noneMatch.isPresent()
        && (noneMatch.get().equals("*") || noneMatch.get().equals(object.etag()));
  }

  void tags(S3Call call) throws IOException {
    StoredObject object =
        store
            .bucket(call.request().bucket())
            .find(call.request().key())
            .orElseThrow(() -> missing(call));
    call.xml(
        "Tagging",
        xml ->
            xml.nested(
                "TagSet",
                set ->
                    object
                        .headers()
                        .tags()
                        .forEach(
                            (name, value) ->
                                set.nested(
                                    "Tag",
                                    tag -> tag.element("Key", name).element("Value", value)))));
  }

  /** Who may not list is not told that a key is missing (S3 API, API_GetObject). */
  private S3Error missing(S3Call call) {
    return access.allows(call.principal(), S3Permission.LIST_BUCKET, "")
        ? new S3Error(
            S3ErrorCode.NO_SUCH_KEY,
            S3ErrorCode.NO_SUCH_KEY.message(),
            Map.of("Key", call.request().key()))
        : new S3Error(S3ErrorCode.ACCESS_DENIED);
  }
}
