package io.writeback.standin.s3;

import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;

/** ListBuckets, CreateBucket, HeadBucket, GetBucketLocation, DeleteBucket. */
final class BucketOperations {
  /** S3 guide, bucketnamingrules; without the rules about reserved affixes. */
  private static final Pattern NAME =
      Pattern.compile("(?!\\d+\\.\\d+\\.\\d+\\.\\d+$)[a-z0-9](?!.*\\.\\.)[a-z0-9.-]{1,61}[a-z0-9]");

  private static final String FIRST_REGION = "us-east-1";

  private final ObjectStore store;
  private final String region;

  BucketOperations(ObjectStore store, String region) {
    this.store = store;
    this.region = region;
  }

  static String checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new S3Error(
          S3ErrorCode.INVALID_BUCKET_NAME,
          S3ErrorCode.INVALID_BUCKET_NAME.message(),
          Map.of("BucketName", name));
    }
    return name;
  }

  void list(S3Call call) throws IOException {
    call.xml(
        "ListAllMyBucketsResult",
        xml ->
            xml.nested("Owner", owner -> owner.element("ID", "000000000000"))
                .nested(
                    "Buckets",
                    buckets ->
                        store
                            .buckets()
                            .forEach(
                                bucket ->
                                    buckets.nested(
                                        "Bucket",
                                        b ->
                                            b.element("Name", bucket.name())
                                                .element("CreationDate", bucket.created())
                                                .element("BucketRegion", region)))));
  }

  void create(S3Call call) throws IOException {
    String name = checkName(call.request().bucket());
    byte[] body = call.payload().readAll(1 << 16);
    String wanted =
        body.length == 0
            ? ""
            : XmlElement.parse(body, "CreateBucketConfiguration")
                .text("LocationConstraint")
                .orElse("");
    if (!(wanted.isEmpty() ? FIRST_REGION : wanted).equals(region)) {
      throw new S3Error(S3ErrorCode.ILLEGAL_LOCATION_CONSTRAINT_EXCEPTION);
    }
    // In the oldest region creating one's own bucket again succeeds (S3 API, API_CreateBucket).
    if (!store.create(name, call.now()) && !region.equals(FIRST_REGION)) {
      throw new S3Error(S3ErrorCode.BUCKET_ALREADY_OWNED_BY_YOU);
    }
    call.empty(200, Map.of("Location", "/" + name));
  }

  void head(S3Call call) throws IOException {
    store.bucket(call.request().bucket());
    call.empty(200, Map.of("x-amz-bucket-region", region));
  }

  void location(S3Call call) throws IOException {
    store.bucket(call.request().bucket());
    // The oldest region is told as nothing (S3 API, API_GetBucketLocation).
    String told = region.equals(FIRST_REGION) ? "" : region;
    String text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LocationConstraint xmlns=\""
            + S3Call.NAMESPACE
            + "\">"
            + told
            + "</LocationConstraint>";
    call.bytes(
        200,
        Map.of("Content-Type", "application/xml"),
        text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  void delete(S3Call call) throws IOException {
    Bucket bucket = store.bucket(call.request().bucket());
    if (!bucket.isEmpty()) {
      throw new S3Error(S3ErrorCode.BUCKET_NOT_EMPTY);
    }
    store.delete(bucket);
    call.empty(204, Map.of());
  }
}
