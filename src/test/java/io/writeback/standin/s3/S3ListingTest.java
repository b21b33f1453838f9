package io.writeback.standin.s3;

import static io.writeback.standin.s3.S3Clients.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketLocationConstraint;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class S3ListingTest {
  private static final String B = "writeback";

  private final S3StandIn s3 =
      S3StandIn.start(S3StandIn.Settings.standard().withRegion("eu-west-1"));
  private final S3Client client = S3Clients.plain(s3);

  @AfterEach
  void close() {
    client.close();
    s3.close();
  }

  private void put(String... keys) {
    for (String key : keys) {
      client.putObject(r -> r.bucket(B).key(key), RequestBody.fromString("x"));
    }
  }

  private static List<String> keys(ListObjectsV2Response response) {
    return response.contents().stream().map(S3Object::key).toList();
  }

  @Test
  void pagesInTheOrderOfUtf8AndSeesAWriteAtOnce() {
    String emoji = "p/\uD83D\uDE00";
    String privateUse = "p/\uE000 & <x>";
    put("p/b", emoji, "p/a", privateUse, "q");
    assertEquals(
        List.of("p/a", "p/b", privateUse, emoji),
        client.listObjectsV2Paginator(r -> r.bucket(B).prefix("p/").maxKeys(3)).stream()
            .flatMap(page -> page.contents().stream())
            .map(S3Object::key)
            .toList());
    ListObjectsV2Response page = client.listObjectsV2(r -> r.bucket(B).maxKeys(2));
    assertTrue(page.isTruncated());
    assertEquals(2, page.keyCount());
    assertEquals(1L, page.contents().get(0).size());
    assertEquals(List.of("q"), keys(client.listObjectsV2(r -> r.bucket(B).startAfter(emoji))));
    client.deleteObject(r -> r.bucket(B).key("q"));
    assertFalse(keys(client.listObjectsV2(r -> r.bucket(B))).contains("q"));
  }

  @Test
  void aDelimiterRollsKeysUpAcrossPages() {
    put("p/a/1", "p/a/2", "p/b", "p/c/1", "p/c/2");
    ListObjectsV2Response first =
        client.listObjectsV2(r -> r.bucket(B).prefix("p/").delimiter("/").maxKeys(2));
    assertEquals(List.of("p/b"), keys(first));
    assertEquals(
        List.of("p/a/"), first.commonPrefixes().stream().map(CommonPrefix::prefix).toList());
    ListObjectsV2Response second =
        client.listObjectsV2(
            r ->
                r.bucket(B)
                    .prefix("p/")
                    .delimiter("/")
                    .continuationToken(first.nextContinuationToken()));
    assertEquals(List.of(), keys(second));
    assertEquals(
        List.of("p/c/"), second.commonPrefixes().stream().map(CommonPrefix::prefix).toList());
    assertFalse(second.isTruncated());
  }

  @Test
  void badArgumentsAreRefused() {
    assertRefused(
        S3ErrorCode.INVALID_ARGUMENT,
        () -> client.listObjectsV2(r -> r.bucket(B).continuationToken("???")));
    assertRefused(
        S3ErrorCode.INVALID_ARGUMENT, () -> client.listObjectsV2(r -> r.bucket(B).maxKeys(-1)));
    assertEquals(1000, client.listObjectsV2(r -> r.bucket(B).maxKeys(5000)).maxKeys());
    assertRefused(S3ErrorCode.NOT_IMPLEMENTED, () -> client.listObjects(r -> r.bucket(B)));
    assertThrows(NoSuchBucketException.class, () -> client.listObjectsV2(r -> r.bucket("missing")));
  }

  @Test
  void bucketsAreMadeFoundAndDropped() {
    client.createBucket(
        r ->
            r.bucket("second")
                .createBucketConfiguration(
                    c -> c.locationConstraint(BucketLocationConstraint.EU_WEST_1)));
    assertEquals(
        "eu-west-1",
        client.getBucketLocation(r -> r.bucket("second")).locationConstraintAsString());
    assertEquals("eu-west-1", client.headBucket(r -> r.bucket("second")).bucketRegion());
    assertEquals(2, client.listBuckets().buckets().size());
    assertRefused(
        S3ErrorCode.BUCKET_ALREADY_OWNED_BY_YOU,
        () ->
            client.createBucket(
                r ->
                    r.bucket("second")
                        .createBucketConfiguration(
                            c -> c.locationConstraint(BucketLocationConstraint.EU_WEST_1))));
    assertRefused(
        S3ErrorCode.ILLEGAL_LOCATION_CONSTRAINT_EXCEPTION,
        () ->
            client.createBucket(
                r ->
                    r.bucket("third")
                        .createBucketConfiguration(
                            c -> c.locationConstraint(BucketLocationConstraint.US_WEST_2))));
    put("k");
    assertRefused(S3ErrorCode.BUCKET_NOT_EMPTY, () -> client.deleteBucket(r -> r.bucket(B)));
    client.deleteBucket(r -> r.bucket("second"));
    S3Exception gone =
        assertThrows(S3Exception.class, () -> client.headBucket(r -> r.bucket("second")));
    assertEquals(404, gone.statusCode());
  }
}
