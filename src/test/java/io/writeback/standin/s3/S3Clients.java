package io.writeback.standin.s3;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The real AWS clients, pointed at a stand-in. */
final class S3Clients {
  private S3Clients() {}

  /** A client that retries as the SDK does by default. */
  static S3Client retrying(S3StandIn s3) {
    return client(s3, s3.settings().users().get(0), b -> b);
  }

  /** A client that tells each failure. */
  static S3Client plain(S3StandIn s3) {
    return plain(s3, s3.settings().users().get(0));
  }

  static S3Client plain(S3StandIn s3, S3Credentials credentials) {
    return client(s3, credentials, S3Clients::once);
  }

  static S3ClientBuilder once(S3ClientBuilder builder) {
    return builder.overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()));
  }

  static S3Client client(
      S3StandIn s3, S3Credentials credentials, UnaryOperator<S3ClientBuilder> more) {
    return more.apply(
            S3Client.builder()
                .endpointOverride(s3.endpoint())
                .region(Region.of(s3.settings().region()))
                .forcePathStyle(true)
                .httpClientBuilder(Apache5HttpClient.builder())
                .credentialsProvider(StaticCredentialsProvider.create(aws(credentials))))
        .build();
  }

  static AwsCredentials aws(S3Credentials credentials) {
    return credentials.sessionToken() == null
        ? AwsBasicCredentials.create(credentials.accessKeyId(), credentials.secretAccessKey())
        : AwsSessionCredentials.create(
            credentials.accessKeyId(), credentials.secretAccessKey(), credentials.sessionToken());
  }

  /** Asserts that S3 refuses with a code and the status that goes with it. */
  static S3Exception assertRefused(S3ErrorCode code, Executable call) {
    S3Exception refused = Assertions.assertThrows(S3Exception.class, call);
    Assertions.assertEquals(code.code(), refused.awsErrorDetails().errorCode(), refused::toString);
    Assertions.assertEquals(code.status(), refused.statusCode());
    Assertions.assertNotNull(refused.requestId());
    return refused;
  }
}
