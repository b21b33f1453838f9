package io.writeback.local;

import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.redshift.RedshiftSettings;
import io.writeback.standin.redshift.RedshiftStandIn;
import io.writeback.standin.redshift.S3Objects;
import io.writeback.standin.s3.S3Credentials;
import io.writeback.standin.s3.S3StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** The cloud on loopback ports: Domo, BigQuery, S3 and Redshift, with secrets made for this run. */
final class LocalServices implements AutoCloseable {
  static final String NAMESPACE = "tpch";
  static final String BUCKET = "staging";
  static final String REGION = "eu-central-1";
  private static final String REDSHIFT_USER = "writeback";

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final DomoStandIn domo;
  private final BigQueryStandIn bigQuery;
  private final S3StandIn s3;
  private final RedshiftStandIn redshift;
  private final Path secretsFile;
  private final Path serviceAccountFile;

  private LocalServices(Path dir) throws IOException {
    Map<String, String> secrets = new LinkedHashMap<>();
    secrets.put("domo.client.id", "local-client");
    secrets.put("domo.client.secret", random());
    secrets.put("redshift.user", REDSHIFT_USER);
    secrets.put("redshift.password", "Pw1" + random());
    secrets.put("s3.access.key.id", "AKIALOCALPIPELINE000");
    secrets.put("s3.secret.access.key", random());
    boolean up = false;
    try {
      domo =
          opened(
              DomoStandIn.start(
                  io.writeback.standin.domo.Settings.defaults()
                      .withClient(
                          secrets.get("domo.client.id"), secrets.get("domo.client.secret"))));
      bigQuery = opened(BigQueryStandIn.start(io.writeback.standin.bigquery.Settings.defaults()));
      s3 =
          opened(
              S3StandIn.start(
                  S3StandIn.Settings.standard()
                      .withRegion(REGION)
                      .withBuckets(BUCKET)
                      .withDirectory(dir)
                      .withUsers(
                          S3Credentials.user(
                              secrets.get("s3.access.key.id"),
                              secrets.get("s3.secret.access.key")))));
      redshift =
          opened(
              RedshiftStandIn.start(
                  RedshiftSettings.builder()
                      .owner(REDSHIFT_USER, secrets.get("redshift.password"))
                      .objects(opened(new S3Objects(s3.endpoint(), REGION)))
                      .build()));
      secretsFile = writeSecrets(dir.resolve("secrets.properties"), secrets);
      serviceAccountFile = dir.resolve("bigquery.json");
      writePrivately(serviceAccountFile, bigQuery.serviceAccountJson());
      up = true;
    } finally {
      if (!up) {
        close();
      }
    }
  }

  /** Starts all four. */
  static LocalServices start(Path dir) throws IOException {
    Files.createDirectories(dir);
    return new LocalServices(dir);
  }

  private <T extends AutoCloseable> T opened(T service) {
    open.push(service);
    return service;
  }

  private static String random() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static Path writeSecrets(Path file, Map<String, String> secrets) throws IOException {
    return writePrivately(
        file,
        secrets.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining("\n", "", "\n")));
  }

  private static Path writePrivately(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, text);
  }

  void publish(LocalTable table) {
    boolean known =
        domo.dataSets().stream().anyMatch(dataSet -> dataSet.id().equals(table.dataSetId()));
    if (known) {
      domo.publish(table.dataSetId(), table.served(), Action.REPLACE);
    } else {
      domo.add(
          DataSetSpec.of(table.name(), table.served())
              .withId(table.dataSetId())
              .withKeyColumns(table.keys()));
    }
  }

  Path secretsFile() {
    return secretsFile;
  }

  /** What differs from the example in the source's configuration. */
  Map<String, String> domoConfig() {
    return Map.of("domo.api.url", domo.endpoint().toString());
  }

  /** What differs from the example in the BigQuery sink's configuration. */
  Map<String, String> bigQueryConfig() {
    return Map.of(
        "bigquery.project", bigQuery.project(),
        "bigquery.dataset", NAMESPACE,
        "bigquery.credentials.file", serviceAccountFile.toString(),
        "bigquery.endpoint", bigQuery.endpoint().toString());
  }

  /** What differs from the example in the Redshift sink's configuration. */
  Map<String, String> redshiftConfig() {
    Map<String, String> config = new LinkedHashMap<>();
    config.put("redshift.host", redshift.host());
    config.put("redshift.port", String.valueOf(redshift.port()));
    config.put("redshift.database", redshift.database());
    config.put("redshift.schema", NAMESPACE);
    config.put("redshift.ssl.ca", redshift.caFile().toString());
    config.put("s3.bucket", BUCKET);
    config.put("s3.region", REGION);
    config.put("s3.endpoint", s3.endpoint().toString());
    config.put("s3.path.style", "true");
    return config;
  }

  /** Both warehouses as readers see them. */
  List<WarehouseView> warehouses() throws IOException {
    return List.of(
        new BigQueryView(
            bigQuery.endpoint().toString(),
            bigQuery.project(),
            NAMESPACE,
            bigQuery.serviceAccountJson()),
        new RedshiftView(redshift.jdbcUrl(), redshiftLogin(), NAMESPACE));
  }

  private Properties redshiftLogin() {
    Properties login = new Properties();
    login.put("user", redshift.user());
    login.put("password", redshift.password());
    login.put("sslmode", "verify-full");
    login.put("sslrootcert", redshift.caFile().toString());
    return login;
  }

  /** Creates what an administrator creates before: the dataset and the schema. */
  void prepare() throws Exception {
    bigQuery.createDataset(NAMESPACE, "US");
    try (java.sql.Connection admin =
            java.sql.DriverManager.getConnection(redshift.jdbcUrl(), redshiftLogin());
        java.sql.Statement statement = admin.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS " + NAMESPACE);
    }
  }

  /** Commands for a user who wants to look around. */
  List<String> lookAround(String connectUrl, String bootstrapServers) {
    return List.of(
        "Kafka broker       " + bootstrapServers,
        "Kafka Connect      curl -s " + connectUrl + "/connectors?expand=status",
        "Domo               "
            + domo.endpoint()
            + "/v1/datasets (client and secret: "
            + secretsFile
            + ")",
        "BigQuery           " + bigQuery.endpoint() + "/bigquery/v2/projects/" + bigQuery.project(),
        "S3                 " + s3.endpoint() + "/" + BUCKET,
        "Redshift           "
            + redshift.jdbcUrl()
            + " (user "
            + redshift.user()
            + ", CA "
            + redshift.caFile()
            + ")",
        "its PostgreSQL     psql '" + redshift.adminUrl().replace("jdbc:", "") + "'");
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
