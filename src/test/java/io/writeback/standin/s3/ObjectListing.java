package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** ListObjectsV2 (S3 API, API_ListObjectsV2). */
final class ObjectListing {
  private static final int MAX_KEYS = 1000;

  /**
   * One page.
   *
   * @param next where the next page begins, exclusive; null on the last page
   */
  private record Page(List<StoredObject> objects, TreeSet<String> prefixes, String next) {}

  private final ObjectStore store;

  ObjectListing(ObjectStore store) {
    this.store = store;
  }

  void handle(S3Call call) throws IOException {
    Bucket bucket = store.bucket(call.request().bucket());
    String prefix = call.parameter("prefix").orElse("");
    String delimiter = call.parameter("delimiter").orElse("");
    int maxKeys = Math.min(MAX_KEYS, call.number("max-keys", MAX_KEYS, 0, Integer.MAX_VALUE));
    Optional<String> encoding = call.parameter("encoding-type");
    if (encoding.isPresent() && !encoding.get().equals("url")) {
      throw new S3Error(
          S3ErrorCode.INVALID_ARGUMENT, "Invalid Encoding Method specified in Request");
    }
    Optional<String> token = call.parameter("continuation-token");
    String after =
        token.map(ObjectListing::decodeToken).or(() -> call.parameter("start-after")).orElse("");
    Page page = page(bucket, prefix, delimiter, after, maxKeys);
    UnaryOperator<String> name =
        encoding.isPresent() ? text -> SigV4.encode(text, true) : text -> text;
    call.xml(
        "ListBucketResult",
        xml -> {
          xml.element("Name", bucket.name()).element("Prefix", name.apply(prefix));
          xml.optional("Delimiter", name.apply(delimiter));
          xml.element("MaxKeys", maxKeys)
              .element("KeyCount", page.objects().size() + page.prefixes().size())
              .element("IsTruncated", page.next() != null);
          encoding.ifPresent(value -> xml.element("EncodingType", value));
          token.ifPresent(value -> xml.element("ContinuationToken", value));
          call.parameter("start-after")
              .ifPresent(value -> xml.element("StartAfter", name.apply(value)));
          if (page.next() != null) {
            xml.element("NextContinuationToken", encodeToken(page.next()));
          }
          page.objects().forEach(object -> content(xml, object, name));
          page.prefixes()
              .forEach(
                  common ->
                      xml.nested("CommonPrefixes", p -> p.element("Prefix", name.apply(common))));
        });
  }

  private static void content(XmlText xml, StoredObject object, UnaryOperator<String> name) {
    xml.nested(
        "Contents",
        content -> {
          content
              .element("Key", name.apply(object.key()))
              .element("LastModified", object.modified())
              .element("ETag", object.quotedEtag());
          object
              .checksum()
              .ifPresent(
                  c ->
                      content
                          .element("ChecksumAlgorithm", c.algorithm())
                          .element("ChecksumType", object.checksumType()));
          content
              .element("Size", object.size())
              .element("StorageClass", object.headers().storageClass());
        });
  }

  private static Page page(
      Bucket bucket, String prefix, String delimiter, String after, int maxKeys) {
    List<StoredObject> objects = new ArrayList<>();
    TreeSet<String> prefixes = new TreeSet<>(Bucket.KEY_ORDER);
    boolean fromPrefix = Bucket.KEY_ORDER.compare(after, prefix) < 0;
    String cursor = fromPrefix ? prefix : after;
    Optional<StoredObject> next = bucket.next(cursor, fromPrefix);
    while (next.isPresent() && next.get().key().startsWith(prefix)) {
      String key = next.get().key();
      int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
      String group = end < 0 ? null : key.substring(0, end + delimiter.length());
      // A group that the page before told already is not told again.
      boolean told = group != null && (prefixes.contains(group) || after.startsWith(group));
      if (!told && objects.size() + prefixes.size() == maxKeys) {
        return new Page(objects, prefixes, maxKeys == 0 ? null : cursor);
      }
      if (group == null) {
        objects.add(next.get());
      } else if (!told) {
        prefixes.add(group);
      }
      cursor = key;
      next = bucket.next(cursor, false);
    }
    return new Page(objects, prefixes, null);
  }

  private static String encodeToken(String key) {
    return Base64.getUrlEncoder().encodeToString(("1" + key).getBytes(UTF_8));
  }

  private static String decodeToken(String token) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(token), UTF_8);
      if (text.startsWith("1")) {
        return text.substring(1);
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the refusal.
    }
    throw new S3Error(S3ErrorCode.INVALID_ARGUMENT, "The continuation token provided is incorrect");
  }
}
