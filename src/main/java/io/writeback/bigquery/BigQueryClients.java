package io.writeback.bigquery;

import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.rpc.FixedHeaderProvider;
import com.google.api.services.bigquery.Bigquery;
import com.google.auth.Credentials;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteClient;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteSettings;
import io.grpc.ManagedChannelBuilder;
import io.writeback.Version;
import io.writeback.retry.FaultException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Builds every client of BigQuery and its credentials; nobody else does.
 *
 * <p>REST goes through the client that google-cloud-bigquery itself is built on. The layer above it
 * answers a lost race for a job id with the winner's job, as if it had been created, and drops a
 * load without bytes; both would break the chain of registers.
 */
final class BigQueryClients {
  static final String PUBLIC_ENDPOINT = "https://bigquery.googleapis.com";

  private static final List<String> SCOPES =
      List.of(
          "https://www.googleapis.com/auth/bigquery",
          "https://www.googleapis.com/auth/cloud-platform");

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private final BigQuerySettings settings;

  BigQueryClients(BigQuerySettings settings) {
    this.settings = settings;
  }

  /** Whether an endpoint protects what goes over it, or never leaves the machine. */
  static boolean isSafe(URI endpoint) {
    return "https".equals(endpoint.getScheme())
        || ("http".equals(endpoint.getScheme()) && isLoopback(endpoint.getHost()));
  }

  /**
   * The REST client.
   *
   * @throws FaultException CONFIGURATION if the credentials cannot be read
   */
  Bigquery rest() {
    HttpCredentialsAdapter authorize = new HttpCredentialsAdapter(credentials());
    HttpRequestInitializer initializer =
        request -> {
          authorize.initialize(request);
          request.setConnectTimeout(Math.min(10_000, settings.requestTimeoutMs()));
          request.setReadTimeout(settings.requestTimeoutMs());
          request.setWriteTimeout(settings.requestTimeoutMs());
        };
    return new Bigquery.Builder(
            new NetHttpTransport(), GsonFactory.getDefaultInstance(), initializer)
        .setRootUrl(rootUrl())
        .setApplicationName(userAgent())
        .build();
  }

  /**
   * The client of the Storage Write API.
   *
   * @throws FaultException CONFIGURATION if the credentials cannot be read
   */
  BigQueryWriteClient write() {
    try {
      Credentials credentials = credentials();
      BigQueryWriteSettings.Builder builder =
          BigQueryWriteSettings.newBuilder()
              .setHeaderProvider(FixedHeaderProvider.create("user-agent", userAgent()));
      InstantiatingGrpcChannelProvider.Builder channel =
          BigQueryWriteSettings.defaultGrpcTransportProviderBuilder()
              .setMaxInboundMessageSize(MAX_MESSAGE_BYTES);
      settings.grpcEndpoint().ifPresent(builder::setEndpoint);
      settings.grpcEndpoint().ifPresent(channel::setEndpoint);
      if (settings.grpcEndpoint().filter(BigQueryClients::isLoopbackGrpc).isPresent()) {
        channel.setChannelConfigurator(ManagedChannelBuilder::usePlaintext);
        channel.setInterceptorProvider(() -> List.of(new BearerToken(credentials)));
        builder.setCredentialsProvider(NoCredentialsProvider.create());
      } else {
        builder.setCredentialsProvider(FixedCredentialsProvider.create(credentials));
      }
      return BigQueryWriteClient.create(
          builder.setTransportChannelProvider(channel.build()).build());
    } catch (IOException e) {
      throw FaultException.configuration(
          "the client of the Storage Write API cannot be built; check bigquery.grpc.endpoint", e);
    }
  }

  private static boolean isLoopbackGrpc(String endpoint) {
    return isLoopback(URI.create("grpc://" + endpoint).getHost());
  }

  private Credentials credentials() {
    BigQuerySettings.Login login = settings.login();
    try {
      return switch (login.source()) {
        case KEY_FILE -> {
          try (InputStream key = Files.newInputStream(Path.of(login.keyFile().orElseThrow()))) {
            yield fromKey(key);
          }
        }
        case KEY_JSON ->
            fromKey(
                new ByteArrayInputStream(
                    login.keyJson().orElseThrow().getBytes(StandardCharsets.UTF_8)));
        case APPLICATION_DEFAULT -> GoogleCredentials.getApplicationDefault().createScoped(SCOPES);
      };
    } catch (IOException | RuntimeException e) {
      // Without the cause: a parser's message may quote the key.
      throw FaultException.configuration(cannotRead(login, e), null);
    }
  }

  private static GoogleCredentials fromKey(InputStream key) throws IOException {
    return GoogleCredentials.fromStream(key).createScoped(SCOPES);
  }

  private static String cannotRead(BigQuerySettings.Login login, Exception e) {
    String problem = " (" + e.getClass().getSimpleName() + ")";
    return switch (login.source()) {
      case KEY_FILE ->
          "bigquery.credentials.file: expected a readable JSON key file on every worker, found none"
              + " at "
              + login.keyFile().orElse("")
              + problem;
      case KEY_JSON ->
          "bigquery.credentials.json: expected the JSON key of a service account, found something"
              + " else"
              + problem;
      case APPLICATION_DEFAULT ->
          "bigquery.credentials.source=application_default, but the worker has no application"
              + " default credentials; set GOOGLE_APPLICATION_CREDENTIALS or another source"
              + problem;
    };
  }

  private String rootUrl() {
    return settings.endpoint().endsWith("/") ? settings.endpoint() : settings.endpoint() + "/";
  }

  private static boolean isLoopback(String host) {
    return host != null && LOOPBACK.contains(host);
  }

  private static String userAgent() {
    return "writeback/" + Version.current();
  }
}
