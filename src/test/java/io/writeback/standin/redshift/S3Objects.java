package io.writeback.standin.redshift;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Objects read with the real S3 client from an endpoint, by the credentials that COPY names. */
public final class S3Objects implements ObjectSource, AutoCloseable {
  private final URI endpoint;
  private final Region region;
  private final Map<AwsKeys, S3Client> clients = new ConcurrentHashMap<>();

  public S3Objects(URI endpoint, String region) {
    this.endpoint = endpoint;
    this.region = Region.of(region);
  }

  @Override
  public List<String> list(String bucket, String prefix, AwsKeys keys) throws IOException {
    try {
      List<String> found = new ArrayList<>();
      client(keys)
          .listObjectsV2Paginator(request -> request.bucket(bucket).prefix(prefix))
          .contents()
          .stream()
          .map(S3Object::key)
          .forEach(found::add);
      return found;
    } catch (SdkException e) {
      throw refused(e);
    }
  }

  @Override
  public InputStream open(String bucket, String key, AwsKeys keys) throws IOException {
    try {
      return client(keys).getObject(request -> request.bucket(bucket).key(key));
    } catch (SdkException e) {
      throw refused(e);
    }
  }

  private static Refused refused(SdkException e) {
    if (e instanceof S3Exception s3 && s3.awsErrorDetails() != null) {
      return new Refused(
          s3.statusCode(), s3.awsErrorDetails().errorCode(), s3.awsErrorDetails().errorMessage());
    }
    int status = e instanceof S3Exception s3 ? s3.statusCode() : 0;
    return new Refused(
        status, status == 404 ? "NoSuchKey" : "Unknown", String.valueOf(e.getMessage()));
  }

  private S3Client client(AwsKeys keys) {
    return clients.computeIfAbsent(
        keys,
        k ->
            S3Client.builder()
                .endpointOverride(endpoint)
                .region(region)
                .forcePathStyle(true)
                .httpClientBuilder(Apache5HttpClient.builder())
                .credentialsProvider(StaticCredentialsProvider.create(credentials(k)))
                .build());
  }

  private static AwsCredentials credentials(AwsKeys keys) {
    return keys.sessionToken() == null
        ? AwsBasicCredentials.create(keys.accessKeyId(), keys.secretAccessKey())
        : AwsSessionCredentials.create(
            keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken());
  }

  @Override
  public void close() {
    clients.values().forEach(S3Client::close);
  }
}
