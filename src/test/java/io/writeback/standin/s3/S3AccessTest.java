package io.writeback.standin.s3;

import static io.writeback.standin.s3.S3Clients.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

class S3AccessTest {
  private static final String B = "writeback";

  private final S3StandIn s3 = S3StandIn.start(S3StandIn.Settings.standard());
  private final S3Credentials user = s3.settings().users().get(0);

  @AfterEach
  void close() {
    s3.close();
  }

  private void put(S3Credentials credentials) {
    try (S3Client client = S3Clients.plain(s3, credentials)) {
      client.putObject(r -> r.bucket(B).key("k"), RequestBody.fromString("x"));
    }
  }

  @Test
  void unknownKeyAndWrongSecret() {
    assertRefused(
        S3ErrorCode.INVALID_ACCESS_KEY_ID,
        () -> put(S3Credentials.user("AKIANOBODY", user.secretAccessKey())));
    assertRefused(
        S3ErrorCode.SIGNATURE_DOES_NOT_MATCH,
        () -> put(S3Credentials.user(user.accessKeyId(), "wrong")));
    assertEquals(0, s3.view().puts());
  }

  @Test
  void temporaryCredentialsNeedTheirTokenAndExpire() {
    S3Credentials issued = s3.access().issue("arn:role", Duration.ofHours(1));
    put(issued);
    assertRefused(
        S3ErrorCode.INVALID_TOKEN,
        () -> put(S3Credentials.user(issued.accessKeyId(), issued.secretAccessKey())));
    s3.access().expire(issued.accessKeyId());
    assertRefused(S3ErrorCode.EXPIRED_TOKEN, () -> put(issued));
    s3.access().remove(issued.accessKeyId());
    assertRefused(S3ErrorCode.INVALID_ACCESS_KEY_ID, () -> put(issued));
  }

  @Test
  void revokedPermissionsAreDeniedOneByOne() {
    put(user);
    try (S3Client client = S3Clients.plain(s3)) {
      s3.access().revoke(user.principal(), S3Permission.PUT_OBJECT);
      assertRefused(S3ErrorCode.ACCESS_DENIED, () -> put(user));
      s3.access().grant(user.principal(), S3Permission.PUT_OBJECT);
      put(user);
      s3.access().revoke(user.principal(), S3Permission.GET_OBJECT);
      assertRefused(
          S3ErrorCode.ACCESS_DENIED, () -> client.getObjectAsBytes(r -> r.bucket(B).key("k")));
      s3.access().grant(user.principal(), S3Permission.GET_OBJECT);
      s3.access().revoke(user.principal(), S3Permission.DELETE_OBJECT);
      assertRefused(
          S3ErrorCode.ACCESS_DENIED, () -> client.deleteObject(r -> r.bucket(B).key("k")));
      s3.access().revoke(user.principal(), S3Permission.LIST_BUCKET);
      assertRefused(S3ErrorCode.ACCESS_DENIED, () -> client.listObjectsV2(r -> r.bucket(B)));
      S3Exception head = assertThrows(S3Exception.class, () -> client.headBucket(r -> r.bucket(B)));
      assertEquals(403, head.statusCode());
      assertRefused(
          S3ErrorCode.ACCESS_DENIED,
          () -> client.getObjectAsBytes(r -> r.bucket(B).key("missing")));
    }
  }

  @Test
  void anotherRegionsSignatureIsToldTheRightRegion() {
    try (S3Client client =
        S3Clients.client(s3, user, b -> S3Clients.once(b).region(Region.EU_WEST_1))) {
      S3Exception refused =
          assertRefused(
              S3ErrorCode.AUTHORIZATION_HEADER_MALFORMED,
              () -> client.listObjectsV2(r -> r.bucket(B)));
      assertEquals(
          "us-east-1",
          refused
              .awsErrorDetails()
              .sdkHttpResponse()
              .firstMatchingHeader("x-amz-bucket-region")
              .orElseThrow());
    }
  }

  @Test
  void aSkewedClockIsRefusedAndHealedByTheSdk() {
    Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofHours(2));
    try (S3StandIn future = S3StandIn.start(S3StandIn.Settings.standard().withClock(ahead));
        S3Client plain = S3Clients.plain(future);
        S3Client retrying = S3Clients.retrying(future)) {
      assertRefused(
          S3ErrorCode.REQUEST_TIME_TOO_SKEWED, () -> plain.listObjectsV2(r -> r.bucket(B)));
      retrying.listObjectsV2(r -> r.bucket(B));
      assertEquals(3, future.view().requests(S3Operation.LIST_OBJECTS_V2));
    }
  }

  @Test
  void presignedUrlsWorkUntilSomethingChanges() throws Exception {
    put(user);
    HttpClient http = HttpClient.newHttpClient();
    try (S3Presigner presigner =
        S3Presigner.builder()
            .endpointOverride(s3.endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(StaticCredentialsProvider.create(S3Clients.aws(user)))
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
            .build()) {
      URI get =
          presigner
              .presignGetObject(
                  p ->
                      p.signatureDuration(Duration.ofMinutes(1))
                          .getObjectRequest(r -> r.bucket(B).key("k")))
              .url()
              .toURI();
      assertArrayEquals(new byte[] {'x'}, get(http, get).body());
      assertEquals(403, get(http, URI.create(get.toString().replace("/k?", "/l?"))).statusCode());
      assertEquals(403, get(http, URI.create(get + "0")).statusCode());
    }
  }

  private static HttpResponse<byte[]> get(HttpClient http, URI uri) throws Exception {
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void unsignedAndHalfSignedRequestsAreRefused() throws Exception {
    RawS3 raw = new RawS3(s3);
    assertEquals(
        "AccessDenied",
        RawS3.code(raw.plain("GET", "/writeback/k", "", Map.of(), null, new byte[0])));
    assertEquals(
        "InvalidRequest",
        RawS3.code(raw.plain("GET", "/writeback/k", "", Map.of(), "AWS AKIA:abc", new byte[0])));
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("x-amz-content-sha256", SigV4.EMPTY_HASH);
    String authorization = raw.authorize("GET", "/writeback/k", "", headers);
    headers.put("x-amz-meta-added", "by someone on the way");
    HttpResponse<String> added =
        raw.plain("GET", "/writeback/k", "", headers, authorization, new byte[0]);
    assertEquals("AccessDenied", RawS3.code(added));
  }

  @Test
  void otherServicesCanHaveCredentialsJudged() {
    S3Access access = s3.access();
    access.check(user.accessKeyId(), user.secretAccessKey(), null, S3Permission.GET_OBJECT, "k");
    S3Error wrong =
        assertThrows(
            S3Error.class,
            () -> access.check(user.accessKeyId(), "wrong", null, S3Permission.GET_OBJECT, "k"));
    assertEquals(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH, wrong.code());
  }
}
