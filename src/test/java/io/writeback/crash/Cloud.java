package io.writeback.crash;

import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.redshift.RedshiftSettings;
import io.writeback.standin.redshift.RedshiftStandIn;
import io.writeback.standin.redshift.S3Objects;
import io.writeback.standin.s3.S3Credentials;
import io.writeback.standin.s3.S3StandIn;
import io.writeback.standin.ssh.SshStandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** The services on loopback ports, with their faults at hand. */
final class Cloud implements AutoCloseable {
  static final String NAMESPACE = "crash";
  private static final String CLUSTER = "cluster.redshift.test";
  private static final int CLUSTER_PORT = 5439;
  private static final String KEY_ID = "AKIACRASHSUITE000000";
  private static final String SECRET = "a/secret+of/the-crash-suite";

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  final DomoStandIn domo;
  final BigQueryStandIn bigQuery;
  final S3StandIn s3;
  final RedshiftStandIn redshift;
  final SshStandIn ssh;

  Cloud(Path dir) throws IOException, SQLException {
    Files.createDirectories(dir);
    boolean up = false;
    try {
      domo = opened(DomoStandIn.start(io.writeback.standin.domo.Settings.defaults()));
      bigQuery =
          opened(
              BigQueryStandIn.start(
                  io.writeback.standin.bigquery.Settings.defaults()
                      .withMemoryMegabytes(2048)
                      .withLoadsPerTablePerDay(100_000)));
      s3 =
          opened(
              S3StandIn.start(
                  S3StandIn.Settings.standard()
                      .withDirectory(dir)
                      .withUsers(S3Credentials.user(KEY_ID, SECRET))));
      S3Objects objects = opened(new S3Objects(s3.endpoint(), "us-east-1"));
      redshift =
          opened(
              RedshiftStandIn.start(
                  RedshiftSettings.builder().hostNames(CLUSTER).objects(objects).build()));
      ssh = opened(SshStandIn.start(SshStandIn.Settings.standard()));
      ssh.allowPrivate(CLUSTER, CLUSTER_PORT, redshift.port());
      bigQuery.createDataset(NAMESPACE, "US");
      try (Connection admin = DriverManager.getConnection(redshift.adminUrl());
          Statement statement = admin.createStatement()) {
        statement.execute("CREATE SCHEMA " + NAMESPACE);
        statement.execute("GRANT ALL ON SCHEMA " + NAMESPACE + " TO " + redshift.user());
      }
      up = true;
    } finally {
      if (!up) {
        close();
      }
    }
  }

  private <T extends AutoCloseable> T opened(T service) {
    open.push(service);
    return service;
  }

  /** How the source reaches Domo. */
  Map<String, String> domoConfig() {
    return Map.of(
        "domo.client.id", "client",
        "domo.client.secret", "secret",
        "domo.api.url", domo.endpoint().toString());
  }

  /** How a sink reaches BigQuery. */
  Map<String, String> bigQueryConfig() {
    return Map.of(
        "bigquery.project", bigQuery.project(),
        "bigquery.dataset", NAMESPACE,
        "bigquery.endpoint", bigQuery.endpoint().toString(),
        "bigquery.grpc.endpoint", bigQuery.grpcEndpoint(),
        "bigquery.credentials.source", "key_json",
        "bigquery.credentials.json", bigQuery.serviceAccountJson());
  }

  /** How a sink reaches Redshift and S3, straight or through the SSH server. */
  Map<String, String> redshiftConfig(boolean throughSsh) {
    Map<String, String> config = new HashMap<>();
    config.put("redshift.host", throughSsh ? CLUSTER : redshift.host());
    config.put("redshift.port", String.valueOf(throughSsh ? CLUSTER_PORT : redshift.port()));
    if (throughSsh) {
      config.put("ssh.host", "127.0.0.1");
      config.put("ssh.port", String.valueOf(ssh.port()));
      config.put("ssh.user", ssh.settings().user());
      config.put("ssh.password", ssh.settings().password());
      config.put("ssh.host.key.fingerprints", String.join(",", ssh.hostKeyFingerprints()));
      config.put("ssh.keepalive.interval.ms", "1000");
    }
    config.put("redshift.database", redshift.database());
    config.put("redshift.user", redshift.user());
    config.put("redshift.password", redshift.password());
    config.put("redshift.schema", NAMESPACE);
    config.put("redshift.ssl.ca", redshift.caPem());
    config.put("redshift.lock.timeout.ms", "5000");
    config.put("s3.bucket", s3.settings().buckets().get(0));
    config.put("s3.region", "us-east-1");
    config.put("s3.access.key.id", KEY_ID);
    config.put("s3.secret.access.key", SECRET);
    config.put("s3.endpoint", s3.endpoint().toString());
    config.put("s3.path.style", "true");
    return config;
  }

  /** Takes back every fault that is still armed. */
  void heal() {
    domo.faults().clear();
    domo.releaseStalls();
    bigQuery.faults().clear();
    bigQuery.storageFaults().clear();
    s3.faults().clear();
    redshift.faults().clear();
    ssh.faults().refuseConnections(false);
    ssh.faults().stallForwarding(false);
  }

  /** Faults that plans have injected so far. */
  long fired() {
    return domo.faults().fired()
        + bigQuery.faults().fired()
        + bigQuery.storageFaults().fired()
        + s3.faults().fired()
        + redshift.faults().fired();
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        System.err.println("could not stop a service: " + e.getMessage());
      }
    }
  }
}
