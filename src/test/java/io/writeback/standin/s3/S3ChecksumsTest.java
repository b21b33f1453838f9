package io.writeback.standin.s3;

import static io.writeback.standin.s3.S3Clients.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

class S3ChecksumsTest {
  private static final String B = "writeback";

  private final S3StandIn s3 = S3StandIn.start(S3StandIn.Settings.standard());
  private final S3Client client = S3Clients.plain(s3);

  @AfterEach
  void close() {
    client.close();
    s3.close();
  }

  /** Check values of the CRC catalogue (reveng.sourceforge.io) and of the hashes. */
  @ParameterizedTest
  @CsvSource({
    "CRC32, y/Q5Jg==",
    "CRC32C, 4waSgw==",
    "CRC64NVME, rosUhgp5mIg=",
    "SHA1, 98O8HYCOBHMq32eZZczDTKeuNEE=",
    "SHA256, FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="
  })
  void checkValues(ChecksumAlgorithm algorithm, String expected) {
    ChecksumAlgorithm.Running running = algorithm.begin();
    running.update("_123456789".getBytes(UTF_8), 1, 4);
    running.update("123456789".getBytes(UTF_8), 4, 5);
    assertEquals(expected, running.base64());
  }

  @ParameterizedTest
  @EnumSource(
      value = software.amazon.awssdk.services.s3.model.ChecksumAlgorithm.class,
      names = {"CRC32", "CRC32_C", "SHA1", "SHA256"})
  void theSdksTrailerIsVerifiedAndReturned(
      software.amazon.awssdk.services.s3.model.ChecksumAlgorithm algorithm) {
    PutObjectResponse put =
        client.putObject(
            r -> r.bucket(B).key("k").checksumAlgorithm(algorithm),
            RequestBody.fromBytes(new byte[200_000]));
    assertEquals("FULL_OBJECT", put.checksumTypeAsString());
    GetObjectResponse got =
        client
            .getObjectAsBytes(r -> r.bucket(B).key("k").checksumMode(ChecksumMode.ENABLED))
            .response();
    List<String> sent = checksums(put.checksumCRC32(), put.checksumCRC32C(), put.checksumSHA1());
    assertEquals(sent, checksums(got.checksumCRC32(), got.checksumCRC32C(), got.checksumSHA1()));
    assertEquals(put.checksumSHA256(), got.checksumSHA256());
    assertNull(put.checksumCRC64NVME());
  }

  private static List<String> checksums(String... values) {
    return java.util.Arrays.stream(values).map(String::valueOf).toList();
  }

  @Test
  void withoutAChecksumTheServerAddsItsOwn() {
    try (S3Client bare = withoutChecksums()) {
      PutObjectResponse put =
          bare.putObject(r -> r.bucket(B).key("k"), RequestBody.fromString("123456789"));
      assertEquals("rosUhgp5mIg=", put.checksumCRC64NVME());
    }
  }

  @Test
  void aWrongChecksumOrMd5IsABadDigestAndNothingIsKept() {
    assertRefused(
        S3ErrorCode.BAD_DIGEST,
        () ->
            client.putObject(
                r -> r.bucket(B).key("k").checksumCRC32("AAAAAA=="), RequestBody.fromString("x")));
    assertRefused(
        S3ErrorCode.INVALID_REQUEST,
        () ->
            client.putObject(
                r -> r.bucket(B).key("k").checksumCRC32("AAAA"), RequestBody.fromString("x")));
    assertRefused(
        S3ErrorCode.BAD_DIGEST,
        () ->
            client.putObject(
                r -> r.bucket(B).key("k").contentMD5("1B2M2Y8AsgTpgAmY7PhCfg=="),
                RequestBody.fromString("x")));
    assertRefused(
        S3ErrorCode.INVALID_DIGEST,
        () ->
            client.putObject(
                r -> r.bucket(B).key("k").contentMD5("no"), RequestBody.fromString("x")));
    client.putObject(
        r -> r.bucket(B).key("good").contentMD5("Lj/vhkKAhHYiEc79k8WVzA=="),
        RequestBody.fromString("not x"));
  }

  @Test
  void checksumsAreReturnedOnlyWhenAskedForAndNotWithRanges() throws Exception {
    client.putObject(r -> r.bucket(B).key("k"), RequestBody.fromString("123456789"));
    RawS3 raw = new RawS3(s3);
    var plain = raw.send("GET", "/writeback/k", "", Map.of(), new byte[0]);
    assertEquals(List.of(), plain.headers().allValues("x-amz-checksum-crc32"));
    var asked =
        raw.send("GET", "/writeback/k", "", Map.of("x-amz-checksum-mode", "ENABLED"), new byte[0]);
    assertEquals("y/Q5Jg==", asked.headers().firstValue("x-amz-checksum-crc32").orElseThrow());
    var range =
        raw.send(
            "GET",
            "/writeback/k",
            "",
            Map.of("x-amz-checksum-mode", "ENABLED", "range", "bytes=1-2"),
            new byte[0]);
    assertEquals(206, range.statusCode());
    assertEquals(List.of(), range.headers().allValues("x-amz-checksum-crc32"));
    assertNotNull(range.headers().firstValue("x-amz-request-id").orElse(null));
  }

  @Test
  void batchDeleteNeedsADigest() throws Exception {
    byte[] body = "<Delete><Object><Key>k</Key></Object></Delete>".getBytes(UTF_8);
    RawS3 raw = new RawS3(s3);
    var none = raw.send("POST", "/writeback", "delete=", Map.of(), body);
    assertEquals(400, none.statusCode());
    var wrong =
        raw.send(
            "POST",
            "/writeback",
            "delete=",
            Map.of("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
            body);
    assertEquals("BadDigest", RawS3.code(wrong));
    var two =
        raw.send(
            "PUT",
            "/writeback/k",
            "",
            Map.of("x-amz-checksum-crc32", "y/Q5Jg==", "x-amz-checksum-crc32c", "4waSgw=="),
            "123456789".getBytes(UTF_8));
    assertEquals("InvalidRequest", RawS3.code(two));
  }

  private S3Client withoutChecksums() {
    return S3Clients.client(
        s3,
        s3.settings().users().get(0),
        b -> b.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED));
  }
}
