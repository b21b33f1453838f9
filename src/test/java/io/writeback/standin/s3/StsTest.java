package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.StsException;

class StsTest {
  private static final String OPEN = "arn:aws:iam::000000000000:role/open";
  private static final String STRICT = "arn:aws:iam::000000000000:role/strict";

  private final S3StandIn s3 =
      S3StandIn.start(
          S3StandIn.Settings.standard()
              .withRoles(
                  StsRole.open(OPEN),
                  new StsRole(STRICT, Set.of("AKIAOTHER"), "ext", Set.of("token-1"))));
  private final StsClient sts =
      client(StaticCredentialsProvider.create(S3Clients.aws(s3.settings().users().get(0))));

  private StsClient client(AwsCredentialsProvider credentials) {
    return StsClient.builder()
        .endpointOverride(s3.endpoint())
        .region(Region.US_EAST_1)
        .httpClientBuilder(Apache5HttpClient.builder())
        .credentialsProvider(credentials)
        .build();
  }

  @AfterEach
  void close() {
    sts.close();
    s3.close();
  }

  @Test
  void anAssumedRoleWritesUntilItsPermissionOrItsTimeIsGone() {
    try (StsAssumeRoleCredentialsProvider provider =
            StsAssumeRoleCredentialsProvider.builder()
                .stsClient(sts)
                .refreshRequest(r -> r.roleArn(OPEN).roleSessionName("test"))
                .build();
        S3Client client =
            S3Clients.client(
                s3,
                s3.settings().users().get(0),
                b -> S3Clients.once(b).credentialsProvider(provider))) {
      Executable put =
          () -> client.putObject(r -> r.bucket("writeback").key("k"), RequestBody.fromString("x"));
      assertDoesNotThrow(put);
      s3.access().revoke(OPEN, S3Permission.PUT_OBJECT);
      S3Clients.assertRefused(S3ErrorCode.ACCESS_DENIED, put);
      s3.access().grant(OPEN, S3Permission.PUT_OBJECT);
      s3.access().expire(provider.resolveCredentials().accessKeyId());
      S3Clients.assertRefused(S3ErrorCode.EXPIRED_TOKEN, put);
    }
  }

  private static void assertDoesNotThrow(Executable call) {
    org.junit.jupiter.api.Assertions.assertDoesNotThrow(call);
  }

  @Test
  void aWebIdentityNeedsNoSignatureButARightToken() {
    try (StsClient anonymous = client(AnonymousCredentialsProvider.create())) {
      Credentials issued =
          anonymous
              .assumeRoleWithWebIdentity(
                  r -> r.roleArn(STRICT).roleSessionName("s").webIdentityToken("token-1"))
              .credentials();
      S3Credentials as =
          new S3Credentials(
              issued.accessKeyId(), issued.secretAccessKey(), issued.sessionToken(), null, STRICT);
      try (S3Client client = S3Clients.plain(s3, as)) {
        client.putObject(r -> r.bucket("writeback").key("k"), RequestBody.fromString("x"));
      }
      assertTrue(s3.access().accessKeyIds().contains(issued.accessKeyId()));
      assertCode(
          "InvalidIdentityToken",
          () ->
              anonymous.assumeRoleWithWebIdentity(
                  r -> r.roleArn(STRICT).roleSessionName("s").webIdentityToken("forged")));
    }
  }

  @Test
  void trustExternalIdDurationAndCallerAreChecked() {
    assertCode(
        "AccessDenied",
        () -> sts.assumeRole(r -> r.roleArn(STRICT).roleSessionName("s").externalId("ext")));
    assertCode(
        "AccessDenied", () -> sts.assumeRole(r -> r.roleArn("arn:none").roleSessionName("s")));
    assertCode(
        "ValidationError",
        () -> sts.assumeRole(r -> r.roleArn(OPEN).roleSessionName("s").durationSeconds(60)));
    s3.access().add(S3Credentials.user("AKIAOTHER", "secret"));
    try (StsClient other =
            client(
                StaticCredentialsProvider.create(
                    S3Clients.aws(S3Credentials.user("AKIAOTHER", "secret"))));
        StsClient forged =
            client(
                StaticCredentialsProvider.create(
                    S3Clients.aws(S3Credentials.user("AKIAOTHER", "guess"))))) {
      other.assumeRole(r -> r.roleArn(STRICT).roleSessionName("s").externalId("ext"));
      assertCode(
          "AccessDenied", () -> other.assumeRole(r -> r.roleArn(STRICT).roleSessionName("s")));
      assertEquals("AKIAOTHER", other.getCallerIdentity().userId());
      assertCode("SignatureDoesNotMatch", forged::getCallerIdentity);
    }
    assertCode("InvalidAction", () -> sts.getSessionToken());
  }

  private static void assertCode(String code, Executable call) {
    StsException refused = assertThrows(StsException.class, call);
    assertEquals(code, refused.awsErrorDetails().errorCode(), refused::toString);
  }

  @Test
  void aFormThatIsNotSignedIsRefused() throws IOException {
    HttpURLConnection http = (HttpURLConnection) s3.endpoint().toURL().openConnection();
    http.setDoOutput(true);
    http.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
    http.getOutputStream()
        .write(("Action=AssumeRole&RoleArn=" + OPEN + "&RoleSessionName=s").getBytes(UTF_8));
    assertEquals(403, http.getResponseCode());
    assertTrue(
        new String(http.getErrorStream().readAllBytes(), UTF_8)
            .contains("MissingAuthenticationToken"));
    http.disconnect();
  }
}
