package io.writeback.redshift;

import io.writeback.sink.Claim;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SinkRow;
import io.writeback.sink.SnapshotProgress;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Column;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.redshift.AwsKeys;
import io.writeback.standin.redshift.RedshiftSettings;
import io.writeback.standin.redshift.RedshiftStandIn;
import io.writeback.standin.redshift.S3Objects;
import io.writeback.standin.s3.S3StandIn;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/** Redshift and S3 on loopback ports, and destinations that write to them. */
final class Warehouse implements AutoCloseable {
  static final Schema ROW =
      SchemaBuilder.struct()
          .field("id", Schema.INT64_SCHEMA)
          .field("name", Schema.OPTIONAL_STRING_SCHEMA)
          .build();
  static final String ROLE = "arn:aws:iam::000000000000:role/copy";

  final S3StandIn s3;
  final RedshiftStandIn redshift;
  private final S3Objects objects;
  private final List<Destination> open = new ArrayList<>();

  Warehouse() throws IOException {
    this(RedshiftSettings.Isolation.SNAPSHOT);
  }

  /**
   * With the isolation that the database has.
   *
   * @param hostNames more names in the server's certificate
   */
  Warehouse(RedshiftSettings.Isolation isolation, String... hostNames) throws IOException {
    this(RedshiftSettings.builder().isolation(isolation).hostNames(hostNames));
  }

  Warehouse(RedshiftSettings.Builder settings) throws IOException {
    s3 = S3StandIn.start(S3StandIn.Settings.standard());
    objects = new S3Objects(s3.endpoint(), "us-east-1");
    redshift =
        RedshiftStandIn.start(
            settings
                .objects(objects)
                .role(ROLE, AwsKeys.of("AKIAWRITEBACKLOCAL00", "local/secret+of/the-stand-in"))
                .build());
  }

  /** A configuration that reaches both; more keys in pairs. */
  Map<String, String> config(String connector, String... more) {
    Map<String, String> config = new HashMap<>();
    config.put("name", connector);
    config.put("topics", "any");
    config.put("redshift.host", redshift.host());
    config.put("redshift.port", String.valueOf(redshift.port()));
    config.put("redshift.database", redshift.database());
    config.put("redshift.user", redshift.user());
    config.put("redshift.password", redshift.password());
    config.put("redshift.ssl.mode", "verify-full");
    config.put("redshift.ssl.ca", redshift.caPem());
    config.put("redshift.iam.role", ROLE);
    config.put("s3.bucket", "writeback");
    config.put("s3.region", "us-east-1");
    config.put("s3.endpoint", s3.endpoint().toString());
    config.put("s3.path.style", "true");
    config.put("s3.access.key.id", "AKIAWRITEBACKLOCAL00");
    config.put("s3.secret.access.key", "local/secret+of/the-stand-in");
    config.put("consumer.override.isolation.level", "read_committed");
    for (int i = 0; i < more.length; i += 2) {
      config.put(more[i], more[i + 1]);
    }
    return config;
  }

  /** A destination, closed with the warehouse. */
  Destination destination(String connector, String... more) {
    Destination destination =
        new RedshiftDestination(RedshiftParts.of(new RedshiftSinkConfig(config(connector, more))));
    open.add(destination);
    return destination;
  }

  static Target table(String name) {
    return new Target("public", name);
  }

  static Struct value(long id, String name) {
    return new Struct(ROW).put("id", id).put("name", name);
  }

  static SinkRow row(TopicPartition tp, long offset, Struct value) {
    return row(tp, offset, value, OptionalLong.empty());
  }

  static SinkRow row(TopicPartition tp, long offset, Struct value, OptionalLong ordinal) {
    SinkRecord record =
        new SinkRecord(
            tp.topic(),
            tp.partition(),
            null,
            null,
            value.schema(),
            value,
            offset,
            0L,
            TimestampType.CREATE_TIME);
    return new SinkRow(record, offset, ordinal);
  }

  /** A range of plain rows whose ids are their offsets. */
  static PendingRange range(Destination to, Claim claim, Target target, long start, long end) {
    TableBatch batch = to.newBatch(claim, start, target, Optional.empty());
    for (long offset = start; offset < end; offset++) {
      batch.add(row(claim.partition(), offset, value(offset, "row " + offset)));
    }
    return range(claim, start, end, batch);
  }

  static PendingRange range(Claim claim, long start, long end, TableBatch... batches) {
    return new PendingRange(claim, start, end, List.of(batches), Map.of(), List.of());
  }

  /** A range of rows of a snapshot, with the ordinals from {@code first} on, one per offset. */
  static PendingRange staged(
      Destination to,
      Claim claim,
      Target target,
      String snapshot,
      long start,
      long end,
      long first) {
    TableBatch batch = to.newBatch(claim, start, target, Optional.of(snapshot));
    SnapshotProgress progress =
        claim.snapshots().getOrDefault(snapshot, SnapshotProgress.startingAt(start));
    for (long offset = start; offset < end; offset++) {
      long ordinal = first + offset - start;
      batch.add(row(claim.partition(), offset, value(ordinal, snapshot), OptionalLong.of(ordinal)));
      progress = progress.withRow(ordinal);
    }
    return new PendingRange(
        claim, start, end, List.of(batch), Map.of(snapshot, progress), List.of());
  }

  static RegisteredManifest manifest(
      String dataTopic, Target target, String snapshot, long rows, long offset) {
    Instant now = Instant.parse("2026-11-21T00:00:00Z");
    return new RegisteredManifest(
        new SnapshotManifest(
            "dataset-of-" + target.table(),
            "a name",
            dataTopic,
            "source",
            snapshot,
            "version of " + snapshot,
            now,
            Reason.VERSION,
            rows,
            0,
            Optional.empty(),
            List.of(
                new Column("id", "int64", Optional.empty(), Optional.empty(), true),
                new Column("name", "string", Optional.empty(), Optional.empty(), false)),
            "f1",
            "hash of " + snapshot,
            null,
            now,
            now),
        target,
        "domo.snapshots",
        0,
        offset);
  }

  /** What the database holds: the rows of a query, columns joined by a bar. */
  List<String> rows(String sql) {
    try (Connection admin = DriverManager.getConnection(redshift.adminUrl());
        Statement statement = admin.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(String.valueOf(result.getString(i)));
        }
        rows.add(String.join("|", row));
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Changes something past the proxy. */
  void execute(String sql) {
    try (Connection admin = admin();
        Statement statement = admin.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  String one(String sql) {
    return rows(sql).get(0);
  }

  /** Number of rows, and of different ids. */
  String counts(String table) {
    return one("SELECT count(*), count(DISTINCT id) FROM " + table);
  }

  /** A connection past the proxy, to stand in somebody's way. */
  Connection admin() throws SQLException {
    return DriverManager.getConnection(redshift.adminUrl());
  }

  List<String> stagedKeys(String connector) {
    return s3.view().keys("writeback", "writeback/" + connector + "/");
  }

  @Override
  public void close() {
    open.forEach(Destination::close);
    redshift.close();
    objects.close();
    s3.close();
  }
}
