package io.writeback.real;

import io.writeback.bigquery.BigQueryProbes;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.domo.CsvDialect;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.gcs.GcsStandIn;
import io.writeback.standin.redshift.AwsKeys;
import io.writeback.standin.redshift.RedshiftSettings;
import io.writeback.standin.redshift.RedshiftStandIn;
import io.writeback.standin.redshift.S3Objects;
import io.writeback.standin.s3.S3StandIn;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** Stand-ins for all services, and the file that says where they are. */
final class ClaimedServices implements AutoCloseable {
  private static final String ROLE = "arn:aws:iam::000000000000:role/copy";
  private static final String KEY = "AKIAWRITEBACKLOCAL00";
  private static final String SECRET = "local/secret+of/the-stand-in";

  private static final String BUCKET = "probe-loads";

  final BigQueryStandIn bigQuery;
  final GcsStandIn gcs;
  final S3StandIn s3;
  final RedshiftStandIn redshift;
  final DomoStandIn domo;
  final DomoDataSet dataSet;
  private final S3Objects objects;
  private final Path dir;
  private final Map<String, String> settings;

  ClaimedServices(Path dir) throws IOException {
    this.dir = dir;
    bigQuery =
        BigQueryStandIn.start(
            io.writeback.standin.bigquery.Settings.defaults().withRateLimits(false));
    bigQuery.createDataset("probes", "US");
    gcs = GcsStandIn.start(bigQuery::authenticate, Clock.systemUTC());
    gcs.createBucket(BUCKET, "US");
    bigQuery.readsFrom(gcs);
    s3 = S3StandIn.start(S3StandIn.Settings.standard());
    objects = new S3Objects(s3.endpoint(), "us-east-1");
    redshift =
        RedshiftStandIn.start(
            RedshiftSettings.builder()
                .objects(objects)
                .role(ROLE, AwsKeys.of(KEY, SECRET))
                .build());
    domo = DomoStandIn.start(io.writeback.standin.domo.Settings.defaults());
    domo.clock().stopAt(Instant.parse("2026-01-01T00:00:00Z"));
    dataSet =
        domo.add(
            DataSetSpec.of(
                "orders",
                ListRows.of(
                    List.of(new Column("id", DomoType.LONG), new Column("note", DomoType.STRING)),
                    new String[][] {{"1", "a"}, {"2", null}, {"3", "c"}})));
    settings = everything();
  }

  /** Everything as its documentation has it again. */
  void honest() {
    bigQuery.faults().clear();
    bigQuery.storageFaults().clear();
    gcs.faults().clear();
    s3.faults().clear();
    redshift.faults().clear();
    redshift.rewrites().clear();
    domo.faults().clear();
    dataSet.dialect(CsvDialect.documented());
  }

  /** What a user would write. */
  Map<String, String> settings() {
    return settings;
  }

  private Map<String, String> everything() throws IOException {
    Path other = dir.resolve("other.json");
    Files.writeString(
        other, bigQuery.serviceAccountJson("other@elsewhere.iam.gserviceaccount.com"));
    return Map.ofEntries(
        Map.entry("bigquery.project", bigQuery.project()),
        Map.entry("bigquery.dataset", "probes"),
        Map.entry("bigquery.endpoint", bigQuery.endpoint().toString()),
        Map.entry("bigquery.grpc.endpoint", bigQuery.grpcEndpoint()),
        Map.entry("bigquery.credentials.source", "key_json"),
        Map.entry("bigquery.credentials.json", bigQuery.serviceAccountJson()),
        Map.entry("bigquery.visible.within.ms", "500"),
        Map.entry("bigquery.gcs.bucket", BUCKET),
        Map.entry("bigquery.gcs.endpoint", gcs.endpoint().toString()),
        Map.entry("real.bigquery.other.key.file", other.toString()),
        Map.entry("redshift.host", redshift.host()),
        Map.entry("redshift.port", String.valueOf(redshift.port())),
        Map.entry("redshift.database", redshift.database()),
        Map.entry("redshift.user", redshift.user()),
        Map.entry("redshift.password", redshift.password()),
        Map.entry("redshift.ssl.ca", redshift.caPem()),
        Map.entry("redshift.iam.role", ROLE),
        Map.entry("s3.bucket", "writeback"),
        Map.entry("s3.region", "us-east-1"),
        Map.entry("s3.endpoint", s3.endpoint().toString()),
        Map.entry("s3.path.style", "true"),
        Map.entry("s3.access.key.id", KEY),
        Map.entry("s3.secret.access.key", SECRET),
        Map.entry("domo.api.url", domo.endpoint().toString()),
        Map.entry("domo.client.id", "client"),
        Map.entry("domo.client.secret", "secret"),
        Map.entry("domo.datasets", dataSet.id()),
        Map.entry("domo.mode", "incremental"),
        Map.entry("domo.cursor.columns", dataSet.id() + ": id"));
  }

  /** A file of settings with that mode. */
  Path file(Map<String, String> settings, String mode) throws IOException {
    Path file = dir.resolve("services-" + System.nanoTime() + ".properties");
    Properties properties = new Properties();
    properties.putAll(settings);
    try (Writer out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }

  List<String> bigQueryTables() {
    return BigQueryProbes.left(settings());
  }

  /** Objects of probes for load jobs that are still there. */
  Set<String> loadObjects() {
    return gcs.names(BUCKET);
  }

  /** Tables of probes that are still there. */
  List<String> redshiftTables() throws SQLException {
    List<String> tables = new ArrayList<>();
    try (Connection admin = DriverManager.getConnection(redshift.adminUrl());
        Statement statement = admin.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'wb_probe%'")) {
      while (result.next()) {
        tables.add(result.getString(1));
      }
    }
    return tables;
  }

  @Override
  public void close() {
    domo.close();
    redshift.close();
    objects.close();
    s3.close();
    gcs.close();
    bigQuery.close();
  }
}
