package io.writeback.redshift;

import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsWebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.utils.IoUtils;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The only class that builds AWS clients. The HTTP client and the web-identity provider are named
 * explicitly: the SDK otherwise looks for them by class path and service files, and finds those of
 * another copy of the SDK on workers that have one (aws-msk-iam-auth).
 */
final class AwsClients implements AutoCloseable {
  private final SdkHttpClient http;
  private final Optional<StsClient> sts;
  private final AwsCredentialsProvider credentials;
  private final S3Client s3;

  AwsClients(S3Settings settings) {
    http =
        Apache5HttpClient.builder()
            .maxConnections(settings.uploadThreads() + 8)
            .connectionTimeout(Duration.ofMillis(settings.connectTimeoutMs()))
            .socketTimeout(Duration.ofMillis(settings.requestTimeoutMs()))
            .tcpKeepAlive(true)
            .build();
    Region region = Region.of(settings.region());
    sts = webIdentity(settings) ? Optional.of(sts(region)) : Optional.empty();
    credentials = credentials(settings);
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClient(http)
            .region(region)
            .credentialsProvider(credentials)
            .forcePathStyle(settings.pathStyle())
            .overrideConfiguration(
                c -> c.apiCallTimeout(Duration.ofMillis(settings.requestTimeoutMs())));
    settings.endpoint().ifPresent(builder::endpointOverride);
    if (!settings.checksums()) {
      builder
          .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
          .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    }
    s3 = builder.build();
  }

  S3Client s3() {
    return s3;
  }

  /** The credentials that S3 is used with now, for a COPY by keys. */
  AwsKeys currentKeys() {
    AwsCredentials now = credentials.resolveCredentials();
    return new AwsKeys(
        now.accessKeyId(),
        now.secretAccessKey(),
        now instanceof AwsSessionCredentials session
            ? Optional.of(session.sessionToken())
            : Optional.empty());
  }

  private AwsCredentialsProvider credentials(S3Settings settings) {
    if (settings.keys().isPresent()) {
      AwsKeys keys = settings.keys().get();
      return StaticCredentialsProvider.create(
          keys.sessionToken()
              .<AwsCredentials>map(
                  token ->
                      AwsSessionCredentials.create(
                          keys.accessKeyId(), keys.secretAccessKey(), token))
              .orElseGet(
                  () -> AwsBasicCredentials.create(keys.accessKeyId(), keys.secretAccessKey())));
    }
    return sts.<AwsCredentialsProvider>map(
            client ->
                StsWebIdentityTokenFileCredentialsProvider.builder().stsClient(client).build())
        .orElseGet(() -> DefaultCredentialsProvider.builder().build());
  }

  /** Set by EKS for a service account with a role. */
  private static boolean webIdentity(S3Settings settings) {
    return settings.keys().isEmpty()
        && System.getenv("AWS_WEB_IDENTITY_TOKEN_FILE") != null
        && System.getenv("AWS_ROLE_ARN") != null;
  }

  private StsClient sts(Region region) {
    return StsClient.builder().httpClient(http).region(region).build();
  }

  @Override
  public void close() {
    s3.close();
    if (credentials instanceof SdkAutoCloseable closeable) {
      IoUtils.closeQuietlyV2(closeable, null);
    }
    sts.ifPresent(StsClient::close);
    http.close();
  }
}
