package io.writeback.standin.s3;

import static io.writeback.standin.s3.S3Clients.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;

/** Each fault, as the real client sees it. */
class S3FaultsTest {
  private static final String B = "writeback";

  private final S3StandIn s3 = S3StandIn.start(S3StandIn.Settings.standard());
  private final S3Client client = S3Clients.plain(s3);
  private final byte[] content = new byte[100_000];

  S3FaultsTest() {
    new java.util.Random(3).nextBytes(content);
  }

  @AfterEach
  void close() {
    client.close();
    s3.close();
  }

  private void put(String key) {
    client.putObject(r -> r.bucket(B).key(key), RequestBody.fromBytes(content));
  }

  private byte[] get() {
    return client
        .getObjectAsBytes(r -> r.bucket(B).key("k").checksumMode(ChecksumMode.ENABLED))
        .asByteArray();
  }

  private S3Client impatient() {
    return S3Clients.client(
        s3,
        s3.settings().users().get(0),
        b ->
            b.overrideConfiguration(
                o ->
                    o.retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallAttemptTimeout(Duration.ofMillis(300))));
  }

  private void next(S3Operation operation, S3Fault fault) {
    s3.faults().once(request -> request.is(operation), fault);
  }

  @Test
  void refusalsHaveNoEffectAndAreOver() {
    for (S3Fault fault :
        List.of(
            S3Fault.slowDown(),
            S3Fault.internalError(),
            S3Fault.accessDenied(),
            S3Fault.expiredToken(),
            new S3Fault.Refuse(S3ErrorCode.CONDITIONAL_REQUEST_CONFLICT))) {
      next(S3Operation.PUT_OBJECT, fault);
      assertRefused(((S3Fault.Refuse) fault).code(), () -> put("k"));
    }
    assertEquals(List.of(), s3.view().keys(B, ""));
    put("k");
    assertEquals(5, s3.faults().fired());
  }

  @Test
  void theSdkRetriesSlowDownByItself() {
    try (S3Client retrying = S3Clients.retrying(s3)) {
      s3.faults().arm(r -> r.is(S3Operation.PUT_OBJECT), 0, 2, S3Fault.slowDown());
      retrying.putObject(r -> r.bucket(B).key("k"), RequestBody.fromBytes(content));
    }
    assertEquals(3, s3.view().requests(S3Operation.PUT_OBJECT));
    assertArrayEquals(content, s3.view().read(B, "k"));
  }

  @Test
  void aLostAnswerHasItsEffectAndTheRetryMeetsIt() {
    next(S3Operation.PUT_OBJECT, new S3Fault.LostAnswer());
    assertThrows(SdkClientException.class, () -> put("k"));
    assertArrayEquals(content, s3.view().read(B, "k"));
    next(S3Operation.PUT_OBJECT, new S3Fault.LostAnswer());
    try (S3Client retrying = S3Clients.retrying(s3)) {
      assertRefused(
          S3ErrorCode.PRECONDITION_FAILED,
          () ->
              retrying.putObject(
                  r -> r.bucket(B).key("own").ifNoneMatch("*"), RequestBody.fromBytes(content)));
    }
    assertEquals(List.of("k", "own"), s3.view().keys(B, ""));
  }

  @Test
  void aResetHasNoEffect() {
    next(S3Operation.PUT_OBJECT, new S3Fault.ResetBefore());
    assertThrows(SdkClientException.class, () -> put("k"));
    assertEquals(0, s3.view().puts());
    put("k");
    s3.dropConnections();
    try (S3Client retrying = S3Clients.retrying(s3)) {
      assertArrayEquals(
          content, retrying.getObjectAsBytes(r -> r.bucket(B).key("k")).asByteArray());
    }
  }

  @Test
  void aTruncatedBodyIsAnErrorAndACorruptedOneAChecksumMismatch() {
    put("k");
    next(S3Operation.GET_OBJECT, new S3Fault.TruncateBody(99_999));
    assertThrows(SdkException.class, this::get);
    next(S3Operation.GET_OBJECT, new S3Fault.CorruptBody(5));
    SdkException corrupt = assertThrows(SdkException.class, this::get);
    assertTrue(corrupt.getMessage().contains("checksum"), corrupt.getMessage());
    assertArrayEquals(content, get());
  }

  @Test
  void aStalledBodyMeetsTheClientsTimeout() throws IOException {
    put("k");
    next(S3Operation.GET_OBJECT, new S3Fault.StallBody(10, Duration.ofMinutes(1)));
    try (S3Client impatient = impatient()) {
      assertThrows(SdkException.class, () -> impatient.getObjectAsBytes(r -> r.bucket(B).key("k")));
    }
    next(S3Operation.GET_OBJECT, new S3Fault.SlowBody(400_000));
    long start = System.nanoTime();
    try (InputStream in = client.getObject(r -> r.bucket(B).key("k"))) {
      assertArrayEquals(content, in.readAllBytes());
    }
    assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() >= 200);
  }

  @Test
  void aDelayComesBeforeTheEffect() {
    next(S3Operation.PUT_OBJECT, new S3Fault.Delay(Duration.ofMinutes(1)));
    try (S3Client impatient = impatient()) {
      assertThrows(
          ApiCallAttemptTimeoutException.class,
          () -> impatient.putObject(r -> r.bucket(B).key("k"), RequestBody.fromBytes(content)));
    }
    assertEquals(0, s3.view().puts());
  }

  @Test
  void aSkewedClockForOneRequest() {
    next(S3Operation.PUT_OBJECT, new S3Fault.ClockSkew(Duration.ofHours(1)));
    assertRefused(S3ErrorCode.REQUEST_TIME_TOO_SKEWED, () -> put("k"));
    // The SDK believed the wrong clock; being refused again, it corrects itself.
    assertRefused(S3ErrorCode.REQUEST_TIME_TOO_SKEWED, () -> put("k"));
    put("k");
  }

  @Test
  void aFullDiskKeepsNothing() {
    next(S3Operation.PUT_OBJECT, new S3Fault.DiskFull(50_000));
    assertRefused(S3ErrorCode.INTERNAL_ERROR, () -> put("k"));
    assertEquals(List.of(), s3.view().keys(B, ""));
    assertEquals(0, s3.directory().toFile().list().length);
  }

  @Test
  void anErrorInTheBodyOfAnOkIsAnErrorForTheSdk() {
    put("k");
    next(S3Operation.COPY_OBJECT, new S3Fault.ErrorInBody(S3ErrorCode.INTERNAL_ERROR));
    assertThrows(
        SdkException.class,
        () ->
            client.copyObject(
                r -> r.sourceBucket(B).sourceKey("k").destinationBucket(B).destinationKey("to")));
    assertEquals(List.of("k"), s3.view().keys(B, ""));
  }

  @Test
  void faultsCanBeAimedAtAKey() {
    s3.faults().always(r -> r.key().endsWith(".bad"), S3Fault.internalError());
    put("a.good");
    assertRefused(S3ErrorCode.INTERNAL_ERROR, () -> put("a.bad"));
    assertEquals("[a.good]", s3.view().keys(B, "").toString());
    assertEquals(content.length, s3.view().find(B, "a.good").orElseThrow().size());
  }
}
