package io.writeback.bigquery;

import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.rpc.FixedHeaderProvider;
import com.google.api.gax.rpc.UnaryCallSettings;
import com.google.api.services.bigquery.Bigquery;
import com.google.api.services.storage.Storage;
import com.google.auth.Credentials;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteClient;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteSettings;
import io.writeback.Version;
import io.writeback.retry.FaultException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Builds every client of BigQuery and its credentials; nobody else does.
 *
 * <p>REST goes through the client that google-cloud-bigquery itself is built on. The layer above it
 * answers a lost race for a job id with the winner's job, as if it had been created, and drops a
 * load without bytes; both would break the chain of registers.
 */
final class BigQueryClients {
  static final String PUBLIC_ENDPOINT = "https://bigquery.googleapis.com";
  static final String PUBLIC_STORAGE_ENDPOINT = "https://storage.googleapis.com";

  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private final BigQuerySettings settings;
  private final BigQueryNetwork network;

  BigQueryClients(BigQuerySettings settings) {
    this.settings = settings;
    this.network = new BigQueryNetwork(settings.proxy());
  }

  /**
   * The REST client of BigQuery.
   *
   * @throws FaultException CONFIGURATION if the credentials cannot be read
   */
  Bigquery rest() {
    return connect().bigquery();
  }

  /**
   * The REST clients.
   *
   * @throws FaultException CONFIGURATION if the credentials cannot be read
   */
  RestClients connect() {
    HttpCredentialsAdapter authorize = new HttpCredentialsAdapter(credentials());
    HttpRequestInitializer initializer =
        request -> {
          authorize.initialize(request);
          request.setConnectTimeout(Math.min(10_000, settings.requestTimeoutMs()));
          request.setReadTimeout(settings.requestTimeoutMs());
          request.setWriteTimeout(settings.requestTimeoutMs());
        };
    HttpTransport transport = network.transport();
    return new RestClients(
        new Bigquery.Builder(transport, GsonFactory.getDefaultInstance(), initializer)
            .setRootUrl(rootUrl(settings.endpoint()))
            .setApplicationName(userAgent())
            .build(),
        settings
            .bucket()
            .map(
                bucket ->
                    new Storage.Builder(transport, GsonFactory.getDefaultInstance(), initializer)
                        .setRootUrl(rootUrl(bucket.endpoint()))
                        .setApplicationName(userAgent())
                        .build()));
  }

  /**
   * The Storage Write API.
   *
   * @throws FaultException CONFIGURATION if the credentials cannot be read
   */
  WriteStreams streams() {
    Credentials credentials = credentials();
    return new GrpcWriteStreams(
        write(credentials), credentials, settings.project(), settings.requestTimeoutMs());
  }

  private BigQueryWriteClient write(Credentials credentials) {
    try {
      BigQueryWriteSettings.Builder builder =
          BigQueryWriteSettings.newBuilder()
              .setHeaderProvider(FixedHeaderProvider.create("user-agent", userAgent()));
      InstantiatingGrpcChannelProvider.Builder channel =
          BigQueryWriteSettings.defaultGrpcTransportProviderBuilder()
              .setMaxInboundMessageSize(MAX_MESSAGE_BYTES);
      settings.grpcEndpoint().ifPresent(builder::setEndpoint);
      settings.grpcEndpoint().ifPresent(channel::setEndpoint);
      if (settings.grpcEndpoint().filter(BigQueryClients::isLoopbackGrpc).isPresent()) {
        channel.setChannelConfigurator(plain -> network.through(plain.usePlaintext()));
        channel.setInterceptorProvider(() -> List.of(new BearerToken(credentials)));
        builder.setCredentialsProvider(NoCredentialsProvider.create());
      } else {
        channel.setChannelConfigurator(network::through);
        builder.setCredentialsProvider(FixedCredentialsProvider.create(credentials));
      }
      within(builder.createWriteStreamSettings());
      within(builder.finalizeWriteStreamSettings());
      return BigQueryWriteClient.create(
          builder.setTransportChannelProvider(channel.build()).build());
    } catch (IOException e) {
      throw FaultException.configuration(
          "the client of the Storage Write API cannot be built; check bigquery.grpc.endpoint", e);
    }
  }

  /** The client would try for ten minutes, and whoever validates waits for it. */
  private void within(UnaryCallSettings.Builder<?, ?> call) {
    Duration limit = Duration.ofMillis(settings.requestTimeoutMs());
    call.setRetrySettings(
        call.getRetrySettings().toBuilder()
            .setInitialRpcTimeoutDuration(limit)
            .setMaxRpcTimeoutDuration(limit)
            .setTotalTimeoutDuration(limit)
            .build());
  }

  private static boolean isLoopbackGrpc(String endpoint) {
    return BigQueryNetwork.isLoopback(URI.create("grpc://" + endpoint).getHost());
  }

  private Credentials credentials() {
    return new BigQueryCredentials(settings, network::transport).create();
  }

  private static String rootUrl(String endpoint) {
    return endpoint.endsWith("/") ? endpoint : endpoint + "/";
  }

  private static String userAgent() {
    return "writeback/" + Version.current();
  }
}
