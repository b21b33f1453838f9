package io.writeback.standin.s3;

import static io.writeback.standin.s3.S3Clients.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.Await;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

class S3ObjectsTest {
  private static final String B = "writeback";
  private static final int HALF = 1 << 19;

  private final S3StandIn s3 = S3StandIn.start(S3StandIn.Settings.standard());
  private final S3Client client = S3Clients.plain(s3);

  @AfterEach
  void close() {
    client.close();
    s3.close();
  }

  @Test
  void anObjectIsReadBackByteForByteAndGoneAfterDelete() {
    byte[] bytes = new byte[300_000];
    new java.util.Random(7).nextBytes(bytes);
    String key = "a b/ü+%?&=#'()*!~/\uD83D\uDE00.csv.zst";
    PutObjectResponse put =
        client.putObject(r -> r.bucket(B).key(key), RequestBody.fromBytes(bytes));
    var got = client.getObjectAsBytes(r -> r.bucket(B).key(key));
    assertArrayEquals(bytes, got.asByteArray());
    assertEquals(put.eTag(), got.response().eTag());
    assertEquals(List.of(key), s3.view().keys(B, "a b/"));
    assertArrayEquals(bytes, s3.view().read(B, key));
    assertEquals(1, s3.view().puts());

    client.deleteObject(r -> r.bucket(B).key(key));
    client.deleteObject(r -> r.bucket(B).key(key));
    assertThrows(
        NoSuchKeyException.class, () -> client.getObjectAsBytes(r -> r.bucket(B).key(key)));
    assertThrows(NoSuchKeyException.class, () -> client.headObject(r -> r.bucket(B).key(key)));
    assertThrows(
        NoSuchBucketException.class, () -> client.getObjectAsBytes(r -> r.bucket("none").key(key)));
  }

  @Test
  void headersMetadataTagsAndEncryptionAreKept() {
    client.putObject(
        r ->
            r.bucket(B)
                .key("k")
                .contentType("text/csv")
                .contentEncoding("zstd")
                .cacheControl("no-store")
                .metadata(Map.of("Rows", "12"))
                .tagging("job=a%20b&day=1")
                .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                .ssekmsKeyId("arn:aws:kms:us-east-1:1:key/2"),
        RequestBody.fromString("x"));
    HeadObjectResponse head = client.headObject(r -> r.bucket(B).key("k"));
    assertEquals("text/csv", head.contentType());
    assertEquals("zstd", head.contentEncoding());
    assertEquals("no-store", head.cacheControl());
    assertEquals(Map.of("rows", "12"), head.metadata());
    assertEquals(ServerSideEncryption.AWS_KMS, head.serverSideEncryption());
    assertEquals("arn:aws:kms:us-east-1:1:key/2", head.ssekmsKeyId());
    assertEquals(1L, head.contentLength());
    assertEquals(Map.of("job", "a b", "day", "1"), s3.view().find(B, "k").orElseThrow().tags());
    assertEquals(2, client.getObjectTagging(r -> r.bucket(B).key("k")).tagSet().size());

    PutObjectResponse plain =
        client.putObject(r -> r.bucket(B).key("p"), RequestBody.fromString("x"));
    assertEquals(ServerSideEncryption.AES256, plain.serverSideEncryption());
    assertEquals("\"9dd4e461268c8034f5c8564e155c67a6\"", plain.eTag(), "the MD5 of x");
    assertNotEquals(plain.eTag(), head.eTag(), "with KMS it is not the MD5");
  }

  @Test
  void rangesAndConditionsOfReads() {
    PutObjectResponse put =
        client.putObject(r -> r.bucket(B).key("k"), RequestBody.fromString("0123456789"));
    assertEquals("234", range("bytes=2-4"));
    assertEquals("789", range("bytes=-3"));
    assertEquals("89", range("bytes=8-100"));
    assertEquals("56789", range("bytes=5-"));
    GetObjectResponse part =
        client.getObjectAsBytes(r -> r.bucket(B).key("k").range("bytes=2-4")).response();
    assertEquals("bytes 2-4/10", part.contentRange());
    assertRefused(S3ErrorCode.INVALID_RANGE, () -> range("bytes=10-"));
    client.getObjectAsBytes(r -> r.bucket(B).key("k").ifMatch(put.eTag()));
    assertRefused(
        S3ErrorCode.PRECONDITION_FAILED,
        () -> client.getObjectAsBytes(r -> r.bucket(B).key("k").ifMatch("\"other\"")));
    S3Exception notModified =
        assertThrows(
            S3Exception.class,
            () -> client.getObjectAsBytes(r -> r.bucket(B).key("k").ifNoneMatch(put.eTag())));
    assertEquals(304, notModified.statusCode());
  }

  private String range(String range) {
    return client.getObjectAsBytes(r -> r.bucket(B).key("k").range(range)).asUtf8String();
  }

  @Test
  void ifNoneMatchLetsTheFirstWriterWin() {
    client.putObject(r -> r.bucket(B).key("k").ifNoneMatch("*"), RequestBody.fromString("first"));
    assertRefused(
        S3ErrorCode.PRECONDITION_FAILED,
        () ->
            client.putObject(
                r -> r.bucket(B).key("k").ifNoneMatch("*"), RequestBody.fromString("second")));
    assertEquals("first", new String(s3.view().read(B, "k"), UTF_8));
    assertRefused(
        S3ErrorCode.NOT_IMPLEMENTED,
        () ->
            client.putObject(
                r -> r.bucket(B).key("k").ifNoneMatch("\"e\""), RequestBody.fromString("x")));
    assertEquals(1, s3.view().puts());
    assertEquals(3, s3.view().requests(S3Operation.PUT_OBJECT));
  }

  @Test
  void ifMatchReplacesOnlyWhatWasSeen() {
    PutObjectResponse first =
        client.putObject(r -> r.bucket(B).key("k"), RequestBody.fromString("1"));
    client.putObject(r -> r.bucket(B).key("k").ifMatch(first.eTag()), RequestBody.fromString("2"));
    assertRefused(
        S3ErrorCode.PRECONDITION_FAILED,
        () ->
            client.putObject(
                r -> r.bucket(B).key("k").ifMatch(first.eTag()), RequestBody.fromString("3")));
    assertThrows(
        NoSuchKeyException.class,
        () ->
            client.putObject(
                r -> r.bucket(B).key("none").ifMatch("\"e\""), RequestBody.fromString("3")));
  }

  @Test
  void ofManyConcurrentConditionalWritersExactlyOneWins() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<Boolean> attempt =
          () -> {
            try {
              client.putObject(
                  r -> r.bucket(B).key("race").ifNoneMatch("*"), RequestBody.fromString("x"));
              return true;
            } catch (S3Exception e) {
              assertEquals(412, e.statusCode());
              return false;
            }
          };
      int winners = 0;
      for (Future<Boolean> result : threads.invokeAll(java.util.Collections.nCopies(24, attempt))) {
        winners += result.get() ? 1 : 0;
      }
      assertEquals(1, winners);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aDeleteDuringAConditionalWriteIsAConflict() {
    client.putObject(r -> r.bucket(B).key("k"), RequestBody.fromString("1"));
    RequestBody deletedOnTheWay =
        RequestBody.fromContentProvider(
            () -> new SequenceInputStream(content(() -> {}), content(this::deleteInMidWrite)),
            2 * HALF,
            "text/plain");
    assertRefused(
        S3ErrorCode.CONDITIONAL_REQUEST_CONFLICT,
        () -> client.putObject(r -> r.bucket(B).key("k").ifNoneMatch("*"), deletedOnTheWay));
    assertEquals(0, s3.directory().toFile().list().length, "what was refused is not kept");
  }

  private void deleteInMidWrite() {
    // The second file is the upload's own: the write has begun.
    Await.until(() -> s3.directory().toFile().list().length == 2);
    s3.view().remove(B, "k");
  }

  private static InputStream content(Runnable before) {
    return new ByteArrayInputStream(new byte[HALF]) {
      @Override
      public synchronized int read(byte[] buffer, int off, int len) {
        if (pos == 0) {
          before.run();
        }
        return super.read(buffer, off, len);
      }
    };
  }

  @Test
  void batchDeleteTellsEachKeyUnlessQuietAndTakesAThousand() {
    for (String key : List.of("a", "b", "c")) {
      client.putObject(r -> r.bucket(B).key(key), RequestBody.fromString("x"));
    }
    s3.access().revoke(s3.settings().users().get(0).principal(), S3Permission.DELETE_OBJECT, "c");
    DeleteObjectsResponse told = delete(false, "a", "missing");
    assertEquals(2, told.deleted().size());
    DeleteObjectsResponse quiet = delete(true, "b", "c");
    assertFalse(quiet.hasDeleted());
    assertEquals("AccessDenied", quiet.errors().get(0).code());
    assertEquals(List.of("c"), s3.view().keys(B, ""));
    String[] tooMany = new String[1001];
    java.util.Arrays.setAll(tooMany, i -> "k" + i);
    assertRefused(S3ErrorCode.MALFORMED_XML, () -> delete(true, tooMany));
  }

  private DeleteObjectsResponse delete(boolean quiet, String... keys) {
    List<ObjectIdentifier> objects =
        java.util.Arrays.stream(keys).map(k -> ObjectIdentifier.builder().key(k).build()).toList();
    return client.deleteObjects(
        r -> r.bucket(B).delete(Delete.builder().quiet(quiet).objects(objects).build()));
  }

  @Test
  void aCopyKeepsContentAndMetadata() {
    client.putObject(
        r -> r.bucket(B).key("from/ü").metadata(Map.of("m", "1")), RequestBody.fromString("body"));
    client.copyObject(
        r -> r.sourceBucket(B).sourceKey("from/ü").destinationBucket(B).destinationKey("to"));
    assertEquals("body", new String(s3.view().read(B, "to"), UTF_8));
    assertEquals(Map.of("m", "1"), client.headObject(r -> r.bucket(B).key("to")).metadata());
    assertThrows(
        NoSuchKeyException.class,
        () ->
            client.copyObject(
                r -> r.sourceBucket(B).sourceKey("no").destinationBucket(B).destinationKey("to")));
  }

  @Test
  void limitsAndUnknownFeaturesAreRefused() {
    client.putObject(r -> r.bucket(B).key("k".repeat(1024)), RequestBody.fromString("x"));
    assertRefused(
        S3ErrorCode.KEY_TOO_LONG_ERROR,
        () -> client.putObject(r -> r.bucket(B).key("k".repeat(1025)), RequestBody.empty()));
    assertRefused(
        S3ErrorCode.METADATA_TOO_LARGE,
        () ->
            client.putObject(
                r -> r.bucket(B).key("k").metadata(Map.of("m", "v".repeat(2048))),
                RequestBody.empty()));
    assertRefused(
        S3ErrorCode.NOT_IMPLEMENTED, () -> client.getObjectAcl(r -> r.bucket(B).key("k")));
    assertRefused(
        S3ErrorCode.NOT_IMPLEMENTED,
        () ->
            client.putObject(
                r -> r.bucket(B).key("k").acl("public-read"), RequestBody.fromString("x")));
    assertRefused(S3ErrorCode.NOT_IMPLEMENTED, () -> client.getBucketPolicy(r -> r.bucket(B)));
  }

  @Test
  void closingLeavesNothingOnDisk() {
    client.putObject(r -> r.bucket(B).key("k"), RequestBody.fromString("x"));
    client.putObject(r -> r.bucket(B).key("k"), RequestBody.fromString("y"));
    Path directory = s3.directory();
    assertEquals(1, directory.toFile().list().length, "an overwritten object's file goes at once");
    s3.close();
    assertTrue(Files.notExists(directory));
  }
}
