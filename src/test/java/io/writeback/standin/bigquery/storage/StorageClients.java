package io.writeback.standin.bigquery.storage;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.rpc.TransportChannelProvider;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.bigquery.FieldValueList;
import com.google.cloud.bigquery.QueryJobConfiguration;
import com.google.cloud.bigquery.storage.v1.BigQueryReadClient;
import com.google.cloud.bigquery.storage.v1.BigQueryReadSettings;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteClient;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteSettings;
import com.google.cloud.bigquery.storage.v1.ProtoSchema;
import com.google.cloud.bigquery.storage.v1.StreamWriter;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import io.grpc.ManagedChannelBuilder;
import io.writeback.standin.MovableClock;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A stand-in with dataset {@code ds}, and the real client libraries for all of its APIs. */
final class StorageClients implements AutoCloseable {
  final MovableClock clock = new MovableClock();
  final BigQueryStandIn service;
  final BigQuery rest;
  final BigQueryWriteClient write;
  final BigQueryReadClient read;

  StorageClients() throws IOException {
    service =
        BigQueryStandIn.start(
            Settings.defaults()
                .withClock(clock)
                .withToken(Duration.ofDays(60))
                .withRateLimits(false));
    service.createDataset("ds", "US");
    GoogleCredentials credentials = credentials(service.serviceAccount());
    rest =
        BigQueryOptions.newBuilder()
            .setHost(service.endpoint().toString())
            .setProjectId(service.project())
            .setCredentials(credentials)
            .build()
            .getService();
    write = writeClient(token(service.serviceAccount()));
    read = readClient(token(service.serviceAccount()));
  }

  private GoogleCredentials credentials(String email) throws IOException {
    return ServiceAccountCredentials.fromStream(
            new ByteArrayInputStream(
                service.serviceAccountJson(email).getBytes(StandardCharsets.UTF_8)))
        .createScoped("https://www.googleapis.com/auth/bigquery");
  }

  String token(String email) throws IOException {
    return credentials(email).refreshAccessToken().getTokenValue();
  }

  BigQueryWriteClient writeClient(String token) throws IOException {
    return BigQueryWriteClient.create(
        BigQueryWriteSettings.newBuilder()
            .setCredentialsProvider(NoCredentialsProvider.create())
            .setTransportChannelProvider(channel(token))
            .build());
  }

  BigQueryReadClient readClient(String token) throws IOException {
    return BigQueryReadClient.create(
        BigQueryReadSettings.newBuilder()
            .setCredentialsProvider(NoCredentialsProvider.create())
            .setTransportChannelProvider(channel(token))
            .build());
  }

  private TransportChannelProvider channel(String token) {
    return InstantiatingGrpcChannelProvider.newBuilder()
        .setEndpoint(service.grpcEndpoint())
        .setChannelConfigurator(ManagedChannelBuilder::usePlaintext)
        .setHeaderProvider(() -> Map.of("authorization", "Bearer " + token))
        .build();
  }

  String table(String name) {
    return "projects/" + service.project() + "/datasets/ds/tables/" + name;
  }

  /** Makes a table by DDL and gives its name in the storage API. */
  String create(String name, String columns) throws InterruptedException {
    sql("CREATE TABLE ds." + name + " (" + columns + ")");
    return table(name);
  }

  String stream(String table, WriteStream.Type type) {
    return write.createWriteStream(table, WriteStream.newBuilder().setType(type).build()).getName();
  }

  /** A writer that gives up at once, so that tests see each answer. */
  StreamWriter writer(String stream, ProtoSchema schema) throws IOException {
    return StreamWriter.newBuilder(stream, write)
        .setWriterSchema(schema)
        .setMaxRetryDuration(Duration.ZERO)
        .build();
  }

  /** Rows of a statement, each as the texts of its cells. */
  List<List<String>> sql(String sql) throws InterruptedException {
    List<List<String>> rows = new ArrayList<>();
    for (FieldValueList row : rest.query(QueryJobConfiguration.of(sql)).iterateAll()) {
      List<String> cells = new ArrayList<>();
      row.forEach(cell -> cells.add(cell.isNull() ? null : String.valueOf(cell.getValue())));
      rows.add(cells);
    }
    return rows;
  }

  /** The id column of a table, in its order. */
  List<Integer> ids(String table) throws InterruptedException {
    return sql("SELECT id FROM ds." + table + " ORDER BY id").stream()
        .map(row -> Integer.valueOf(row.get(0)))
        .toList();
  }

  @Override
  public void close() {
    write.close();
    read.close();
    service.close();
  }
}
