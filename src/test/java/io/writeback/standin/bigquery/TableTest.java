package io.writeback.standin.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.Clustering;
import com.google.cloud.bigquery.CopyJobConfiguration;
import com.google.cloud.bigquery.Dataset;
import com.google.cloud.bigquery.DatasetInfo;
import com.google.cloud.bigquery.EncryptionConfiguration;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.Job;
import com.google.cloud.bigquery.JobInfo;
import com.google.cloud.bigquery.JobInfo.WriteDisposition;
import com.google.cloud.bigquery.JobStatistics;
import com.google.cloud.bigquery.PrimaryKey;
import com.google.cloud.bigquery.QueryJobConfiguration;
import com.google.cloud.bigquery.Schema;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.StandardTableDefinition;
import com.google.cloud.bigquery.Table;
import com.google.cloud.bigquery.TableConstraints;
import com.google.cloud.bigquery.TableId;
import com.google.cloud.bigquery.TableInfo;
import com.google.cloud.bigquery.TimePartitioning;
import com.google.cloud.bigquery.ViewDefinition;
import io.writeback.standin.MovableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final Field ID = Field.of("id", StandardSQLTypeName.INT64);
  private static final Field AT = Field.of("at", StandardSQLTypeName.TIMESTAMP);
  private static StandInClient bq;

  @BeforeAll
  static void start() {
    bq = new StandInClient(Settings.defaults().withRateLimits(false));
  }

  @AfterAll
  static void stop() {
    bq.close();
  }

  private static BigQueryException refused(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(BigQueryException.class, call);
  }

  @Test
  void datasetsAreMadeListedChangedAndDropped() {
    Dataset made = bq.client.create(DatasetInfo.newBuilder("other").setLocation("EU").build());
    assertEquals("EU", made.getLocation());
    assertEquals(409, refused(() -> bq.client.create(DatasetInfo.of("other"))).getCode());
    made.toBuilder().setDescription("d").setLabels(Map.of("team", "a")).build().update();
    assertEquals("d", bq.client.getDataset("other").getDescription());
    bq.client.create(
        TableInfo.of(TableId.of("other", "t"), StandardTableDefinition.of(Schema.of(ID))));
    assertEquals("resourceInUse", refused(() -> bq.client.delete("other")).getReason());
    assertTrue(bq.client.delete("other", BigQuery.DatasetDeleteOption.deleteContents()));
    assertNull(bq.client.getDataset("other"));
    assertEquals(400, refused(() -> bq.client.create(DatasetInfo.of("a-b"))).getCode());
  }

  @Test
  void aTableKeepsWhatItWasMadeWith() {
    StandardTableDefinition definition =
        StandardTableDefinition.newBuilder()
            .setSchema(Schema.of(ID, AT))
            .setTimePartitioning(
                TimePartitioning.newBuilder(TimePartitioning.Type.HOUR)
                    .setField("at")
                    .setExpirationMs(86_400_000L)
                    .build())
            .setClustering(Clustering.newBuilder().setFields(List.of("id")).build())
            .setTableConstraints(
                TableConstraints.newBuilder()
                    .setPrimaryKey(PrimaryKey.newBuilder().setColumns(List.of("id")).build())
                    .build())
            .build();
    TableId id = TableId.of("ds", "full");
    bq.client.create(
        TableInfo.newBuilder(id, definition)
            .setDescription("about")
            .setLabels(Map.of("k", "v"))
            .setExpirationTime(System.currentTimeMillis() + 3_600_000)
            .build());
    Table table = bq.client.getTable(id);
    StandardTableDefinition kept = table.getDefinition();
    assertEquals("at", kept.getTimePartitioning().getField());
    assertEquals(List.of("id"), kept.getClustering().getFields());
    assertEquals(List.of("id"), table.getTableConstraints().getPrimaryKey().getColumns());
    assertEquals("about", table.getDescription());
    assertEquals(409, refused(() -> bq.client.create(TableInfo.of(id, definition))).getCode());
    assertTrue(bq.client.delete(id));
    assertFalse(bq.client.delete(id));
    assertNull(bq.client.getTable(id));
  }

  @Test
  void columnsAreAddedAndRelaxedNeverDroppedOrRetyped() throws Exception {
    Field required = ID.toBuilder().setMode(Field.Mode.REQUIRED).build();
    TableId id = bq.table("evolve", required);
    bq.run("INSERT ds.evolve VALUES (1)");
    Field struct =
        Field.of("s", StandardSQLTypeName.STRUCT, Field.of("a", StandardSQLTypeName.INT64));
    change(id, Schema.of(required, AT, struct));
    change(
        id,
        Schema.of(
            ID,
            AT,
            Field.of(
                "s",
                StandardSQLTypeName.STRUCT,
                Field.of("a", StandardSQLTypeName.INT64),
                Field.of("b", StandardSQLTypeName.STRING))));
    bq.run("INSERT ds.evolve (id, s) VALUES (NULL, STRUCT(1, 'x'))");
    assertEquals(List.of(List.of("2")), bq.rows("SELECT COUNT(*) FROM ds.evolve"));
    assertEquals(List.of(List.of("x")), bq.rows("SELECT s.b FROM ds.evolve WHERE s.b IS NOT NULL"));
    assertTrue(
        refused(() -> change(id, Schema.of(ID))).getMessage().contains("is missing in new schema"));
    Field text = Field.of("id", StandardSQLTypeName.STRING);
    assertTrue(
        refused(() -> change(id, Schema.of(text, AT, struct)))
            .getMessage()
            .contains("has changed type from INTEGER to STRING"));
    assertNull(
        bq.run("ALTER TABLE ds.evolve ADD COLUMN IF NOT EXISTS n NUMERIC(10, 2), DROP COLUMN at")
            .getStatus()
            .getError());
    assertEquals(
        List.of("id", "s", "n"),
        bq.client.getTable(id).getDefinition().getSchema().getFields().stream()
            .map(Field::getName)
            .toList());
  }

  private static void change(TableId id, Schema schema) {
    bq.client.update(TableInfo.of(id, StandardTableDefinition.of(schema)));
  }

  @Test
  void anOldEtagIsRefused() throws Exception {
    bq.table("etag", ID);
    var tables = bq.lower().tables();
    var before = tables.get(bq.service.project(), "ds", "etag").execute();
    var patch = new com.google.api.services.bigquery.model.Table().setDescription("first");
    var change = tables.patch(bq.service.project(), "ds", "etag", patch);
    change.getRequestHeaders().setIfMatch(before.getEtag());
    assertEquals("first", change.execute().getDescription());
    var again = tables.patch(bq.service.project(), "ds", "etag", patch);
    again.getRequestHeaders().setIfMatch(before.getEtag());
    assertEquals(
        412,
        assertThrows(com.google.api.client.http.HttpResponseException.class, again::execute)
            .getStatusCode());
  }

  @Test
  void namesAndLimitsAreChecked() {
    for (String name : List.of("_PARTITION_x", "_change_type", "a.b", "x".repeat(301))) {
      assertEquals(
          "invalid",
          refused(() -> bq.table("names", Field.of(name, StandardSQLTypeName.INT64))).getReason());
    }
    assertEquals("invalid", refused(() -> bq.table("a/b", ID)).getReason());
    Field[] five = new Field[5];
    for (int i = 0; i < 5; i++) {
      five[i] = Field.of("c" + i, StandardSQLTypeName.INT64);
    }
    StandardTableDefinition many =
        StandardTableDefinition.newBuilder()
            .setSchema(Schema.of(five))
            .setClustering(
                Clustering.newBuilder().setFields(List.of("c0", "c1", "c2", "c3", "c4")).build())
            .build();
    BigQueryException cluster =
        refused(() -> bq.client.create(TableInfo.of(TableId.of("ds", "many"), many)));
    assertTrue(cluster.getMessage().contains("clustering"), cluster.getMessage());
  }

  @Test
  void metadataMayChangeFiveTimesInTenSeconds() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    Clock clock =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now.get();
          }
        };
    try (StandInClient limited = new StandInClient(Settings.defaults().withClock(clock))) {
      TableId id = limited.table("rate", ID);
      TableInfo info = TableInfo.of(id, StandardTableDefinition.of(Schema.of(ID)));
      for (int i = 0; i < 5; i++) {
        limited.client.update(info);
      }
      BigQueryException limit = refused(() -> limited.client.update(info));
      assertEquals(403, limit.getCode());
      assertEquals("rateLimitExceeded", limit.getReason());
      now.set(now.get().plus(Duration.ofSeconds(11)));
      limited.client.update(info);
    }
  }

  @Test
  void viewsAndCopies() throws Exception {
    bq.run("CREATE TABLE ds.base AS SELECT 1 AS a UNION ALL SELECT 2");
    TableId view = TableId.of("ds", "over");
    bq.client.create(
        TableInfo.of(
            view,
            ViewDefinition.newBuilder("SELECT a * 10 AS t FROM ds.base")
                .setUseLegacySql(false)
                .build()));
    assertEquals(List.of(List.of("30")), bq.rows("SELECT SUM(o.t) FROM ds.over AS o"));
    CopyJobConfiguration copy =
        CopyJobConfiguration.newBuilder(
                TableId.of("ds", "copied"),
                List.of(TableId.of("ds", "base"), TableId.of("ds", "base")))
            .setWriteDisposition(WriteDisposition.WRITE_TRUNCATE)
            .build();
    assertNull(bq.run(copy).getStatus().getError());
    assertNull(bq.run(copy).getStatus().getError());
    assertEquals(List.of(List.of("4")), bq.rows("SELECT COUNT(*) FROM ds.copied"));
  }

  @Test
  void aTableExpires() throws Exception {
    MovableClock clock = new MovableClock();
    try (StandInClient own =
        new StandInClient(Settings.defaults().withClock(clock).withToken(Duration.ofDays(1)))) {
      own.table("passing", ID);
      assertNull(
          own.run(
                  "ALTER TABLE ds.passing SET OPTIONS (expiration_timestamp ="
                      + " TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 1 HOUR))")
              .getStatus()
              .getError());
      assertNotNull(own.client.getTable("ds", "passing"));
      clock.advance(Duration.ofMinutes(61));
      assertNull(own.client.getTable("ds", "passing"));
    }
  }

  @Test
  void ingestionTimeIsAPseudoColumn() throws Exception {
    TableId id = TableId.of("ds", "ingest");
    bq.client.create(
        TableInfo.of(
            id,
            StandardTableDefinition.newBuilder()
                .setSchema(Schema.of(ID))
                .setTimePartitioning(TimePartitioning.of(TimePartitioning.Type.DAY))
                .build()));
    bq.run("INSERT ds.ingest VALUES (1)");
    bq.client.insertAll(
        com.google.cloud.bigquery.InsertAllRequest.newBuilder(id).addRow(Map.of("id", 2)).build());
    assertEquals(
        List.of(List.of("1"), List.of("2")), bq.rows("SELECT * FROM ds.ingest ORDER BY id"));
    assertEquals(
        List.of(List.of("2")), bq.rows("SELECT * FROM ds.ingest WHERE _PARTITIONTIME IS NULL"));
    assertEquals(
        List.of(List.of("1")),
        bq.rows("SELECT id FROM ds.ingest WHERE _PARTITIONDATE = CURRENT_DATE()"));
  }

  @Test
  void aTableMayWantEachReaderToNamePartitions() throws Exception {
    bq.rows(
        "CREATE TABLE ds.filtered (made DATE, id INT64) PARTITION BY made"
            + " OPTIONS (require_partition_filter = TRUE)");
    bq.rows("INSERT INTO ds.filtered (made, id) VALUES (DATE '2026-01-01', 1)");
    for (String refused :
        List.of(
            "SELECT id FROM ds.filtered",
            "SELECT made FROM ds.filtered",
            "UPDATE ds.filtered SET id = 2 WHERE id = 1",
            "CREATE TABLE ds.filtered_copy AS SELECT id FROM ds.filtered",
            "MERGE ds.filtered AS t USING (SELECT 1 AS id) AS s ON t.id = s.id"
                + " WHEN MATCHED THEN DELETE")) {
      Job failed = bq.run(refused);
      assertTrue(
          failed.getStatus().getError().getMessage().contains("partition elimination"), refused);
    }
    assertEquals(
        List.of(List.of("1")),
        bq.rows("SELECT id FROM ds.filtered WHERE made >= DATE '0001-01-01' OR made IS NULL"));
  }

  @Test
  void keysOfEncryptionAreKeptAndChecked() {
    String key = "projects/p/locations/us/keyRings/r/cryptoKeys/k";
    TableId id = TableId.of("ds", "secret");
    StandardTableDefinition columns =
        StandardTableDefinition.of(Schema.of(Field.of("a", StandardSQLTypeName.INT64)));
    bq.client.create(
        TableInfo.newBuilder(id, columns)
            .setEncryptionConfiguration(
                EncryptionConfiguration.newBuilder().setKmsKeyName(key).build())
            .build());
    assertEquals(key, bq.client.getTable(id).getEncryptionConfiguration().getKmsKeyName());
    assertThrows(
        BigQueryException.class,
        () ->
            bq.client.create(
                TableInfo.newBuilder(TableId.of("ds", "s2"), columns)
                    .setEncryptionConfiguration(
                        EncryptionConfiguration.newBuilder().setKmsKeyName("k").build())
                    .build()));
  }

  @Test
  void aDryRunOfATableFromAQueryCountsWhatTheQueryReads() throws Exception {
    bq.rows("CREATE TABLE ds.counted AS SELECT 1 AS a");
    Job dry =
        bq.client.create(
            JobInfo.of(
                QueryJobConfiguration.newBuilder("CREATE TABLE ds.x AS SELECT a FROM ds.counted")
                    .setDryRun(true)
                    .build()));
    assertEquals(
        8L, ((JobStatistics.QueryStatistics) dry.getStatistics()).getTotalBytesProcessed());
    assertThrows(
        BigQueryException.class,
        () ->
            bq.client.create(
                JobInfo.of(
                    QueryJobConfiguration.newBuilder(
                            "CREATE TABLE ds.x AS SELECT b FROM ds.counted")
                        .setDryRun(true)
                        .build())));
  }
}
