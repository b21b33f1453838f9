package io.writeback.standin.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.CsvOptions;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.FormatOptions;
import com.google.cloud.bigquery.Job;
import com.google.cloud.bigquery.JobId;
import com.google.cloud.bigquery.JobInfo.CreateDisposition;
import com.google.cloud.bigquery.JobInfo.WriteDisposition;
import com.google.cloud.bigquery.JobStatistics.LoadStatistics;
import com.google.cloud.bigquery.LoadJobConfiguration;
import com.google.cloud.bigquery.Schema;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.TableDataWriteChannel;
import com.google.cloud.bigquery.TableId;
import com.google.cloud.bigquery.WriteChannelConfiguration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LoadJobTest {
  private static final Field ID = Field.of("id", StandardSQLTypeName.INT64);
  private static final Field NAME = Field.of("name", StandardSQLTypeName.STRING);
  private static StandInClient bq;

  @BeforeAll
  static void start() {
    bq = new StandInClient();
  }

  @AfterAll
  static void stop() {
    bq.close();
  }

  private static Job upload(WriteChannelConfiguration configuration, byte[] bytes)
      throws Exception {
    return upload(UUID.randomUUID().toString(), configuration, bytes);
  }

  private static Job upload(String id, WriteChannelConfiguration configuration, byte[] bytes)
      throws Exception {
    JobId job = JobId.newBuilder().setJob(id).setLocation("US").build();
    TableDataWriteChannel channel = bq.client.writer(job, configuration);
    try (channel) {
      channel.write(ByteBuffer.wrap(bytes));
    }
    return bq.end(channel.getJob());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void csvKeepsNullAndEmptyApart() throws Exception {
    TableId id = TableId.of("ds", "csv");
    WriteChannelConfiguration configuration =
        WriteChannelConfiguration.newBuilder(id)
            .setFormatOptions(CsvOptions.newBuilder().setAllowQuotedNewLines(true).build())
            .setSchema(Schema.of(ID, NAME))
            .build();
    Job job =
        upload(
            configuration,
            gzip(utf8("1,\"a \"\"quoted\"\"\nline\"\n2,\n3,\"\"\n4,\uD83D\uDE00 007\n")));
    assertNull(job.getStatus().getError());
    LoadStatistics statistics = job.getStatistics();
    assertEquals(4, statistics.getOutputRows());
    List<List<String>> rows = bq.rows("SELECT name FROM ds.csv ORDER BY id");
    assertEquals("a \"quoted\"\nline", rows.get(0).get(0));
    assertNull(rows.get(1).get(0));
    assertEquals("", rows.get(2).get(0));
    assertEquals("\uD83D\uDE00 007", rows.get(3).get(0));
  }

  @Test
  void jsonLoadsNestedValuesInManyChunks() throws Exception {
    Schema schema =
        Schema.of(
            ID,
            Field.newBuilder("tags", StandardSQLTypeName.STRING)
                .setMode(Field.Mode.REPEATED)
                .build(),
            Field.of(
                "s",
                StandardSQLTypeName.STRUCT,
                Field.of("at", StandardSQLTypeName.TIMESTAMP),
                Field.of("n", StandardSQLTypeName.NUMERIC)),
            Field.of("j", StandardSQLTypeName.JSON),
            NAME);
    StringBuilder lines = new StringBuilder();
    String filler = "x".repeat(1000);
    for (int i = 0; i < 1500; i++) {
      lines
          .append("{\"id\":")
          .append(i)
          .append(
              ",\"tags\":[\"a\",\"b\"],\"s\":{\"at\":\"2024-03-10T02:30:00.5Z\",\"n\":\"1.000000001\"},")
          .append("\"j\":{\"k\":[1,null]},\"name\":\"")
          .append(filler)
          .append("\"}\n");
    }
    WriteChannelConfiguration configuration =
        WriteChannelConfiguration.newBuilder(TableId.of("ds", "json"), FormatOptions.json())
            .setSchema(schema)
            .build();
    String jobId = UUID.randomUUID().toString();
    JobId job = JobId.newBuilder().setJob(jobId).setLocation("US").build();
    TableDataWriteChannel channel = bq.client.writer(job, configuration);
    try (channel) {
      channel.setChunkSize(256 * 1024);
      channel.write(ByteBuffer.wrap(utf8(lines.toString())));
    }
    assertNull(bq.end(channel.getJob()).getStatus().getError());
    assertTrue(bq.service.calls("upload.chunk") > 4);
    assertEquals(
        List.of(List.of("1500", "3000", "1500.0000015", "[1,null]")),
        bq.rows(
            "SELECT COUNT(*), SUM(ARRAY_LENGTH(tags)), SUM(s.n), TO_JSON_STRING(JSON_QUERY(ANY_VALUE(j), '$.k'))"
                + " FROM ds.json"));
  }

  @Test
  void anIdIsTakenOnceWhateverBecomesOfItsJob() throws Exception {
    TableId id = bq.table("once", ID);
    WriteChannelConfiguration configuration =
        WriteChannelConfiguration.newBuilder(id, FormatOptions.json()).build();
    Job failed = upload("wb-once-0", configuration, utf8("{\"id\":\"no number\"}\n"));
    assertEquals("invalid", failed.getStatus().getError().getReason());
    BigQueryException taken =
        assertThrows(
            BigQueryException.class,
            () -> upload("wb-once-0", configuration, utf8("{\"id\":1}\n")));
    assertEquals(409, taken.getCode());
    assertTrue(
        taken.getMessage().contains("Already Exists: Job local-project:US.wb-once-0"),
        taken.getMessage());
    assertNull(upload("wb-once-1", configuration, utf8("{\"id\":1}\n")).getStatus().getError());
    assertEquals(List.of(List.of("1")), bq.rows("SELECT COUNT(*) FROM ds.once"));
  }

  @Test
  void aBadRowFailsTheWholeLoadUnlessItIsAllowed() throws Exception {
    TableId id = bq.table("bad", ID, NAME);
    byte[] rows = utf8("1,a\nx,b\n3,c,d\n");
    WriteChannelConfiguration.Builder configuration =
        WriteChannelConfiguration.newBuilder(id, FormatOptions.csv());
    Job failed = upload(configuration.build(), rows);
    assertTrue(failed.getStatus().getError().getMessage().contains("Unable to parse 'x' as INT64"));
    assertEquals(List.of(List.of("0")), bq.rows("SELECT COUNT(*) FROM ds.bad"));
    Job allowed = upload(configuration.setMaxBadRecords(2).build(), rows);
    assertNull(allowed.getStatus().getError());
    LoadStatistics statistics = allowed.getStatistics();
    assertEquals(1, statistics.getOutputRows());
    assertEquals(2, statistics.getBadRecords());
  }

  @Test
  void dispositionsDecideAboutTheTable() throws Exception {
    TableId id = TableId.of("ds", "disposed");
    WriteChannelConfiguration.Builder configuration =
        WriteChannelConfiguration.newBuilder(id, FormatOptions.csv())
            .setCreateDisposition(CreateDisposition.CREATE_NEVER);
    Job missing = upload(configuration.build(), utf8("1\n"));
    assertEquals("notFound", missing.getStatus().getError().getReason());
    configuration.setCreateDisposition(CreateDisposition.CREATE_IF_NEEDED).setSchema(Schema.of(ID));
    assertNull(upload(configuration.build(), utf8("1\n2\n")).getStatus().getError());
    configuration.setWriteDisposition(WriteDisposition.WRITE_EMPTY);
    assertEquals(
        "duplicate", upload(configuration.build(), utf8("3\n")).getStatus().getError().getReason());
    configuration.setWriteDisposition(WriteDisposition.WRITE_TRUNCATE);
    assertNull(upload(configuration.build(), utf8("4\n")).getStatus().getError());
    assertEquals(List.of(List.of("4")), bq.rows("SELECT id FROM ds.disposed"));
    configuration.setSchema(Schema.of(NAME)).setWriteDisposition(WriteDisposition.WRITE_APPEND);
    assertTrue(
        upload(configuration.build(), utf8("x\n"))
            .getStatus()
            .getError()
            .getMessage()
            .contains("Cannot add fields"));
  }

  @Test
  void avroLoadsLogicalTypes() throws Exception {
    org.apache.avro.Schema decimal =
        LogicalTypes.decimal(20, 4)
            .addToSchema(org.apache.avro.Schema.create(org.apache.avro.Schema.Type.BYTES));
    org.apache.avro.Schema at =
        LogicalTypes.timestampMicros()
            .addToSchema(org.apache.avro.Schema.create(org.apache.avro.Schema.Type.LONG));
    org.apache.avro.Schema schema =
        SchemaBuilder.record("Row")
            .fields()
            .requiredLong("id")
            .optionalString("name")
            .name("n")
            .type(decimal)
            .noDefault()
            .name("at")
            .type(at)
            .noDefault()
            .name("tags")
            .type()
            .array()
            .items()
            .stringType()
            .noDefault()
            .endRecord();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
      writer.create(schema, out);
      GenericRecord row = new GenericData.Record(schema);
      row.put("id", 1L);
      row.put(
          "n",
          new Conversions.DecimalConversion()
              .toBytes(new BigDecimal("12.3456"), decimal, decimal.getLogicalType()));
      row.put("at", 1_710_037_800_000_001L);
      row.put("tags", List.of("a"));
      writer.append(row);
    }
    WriteChannelConfiguration configuration =
        WriteChannelConfiguration.newBuilder(TableId.of("ds", "avro"), FormatOptions.avro())
            .setUseAvroLogicalTypes(true)
            .build();
    assertNull(upload(configuration, out.toByteArray()).getStatus().getError());
    assertEquals(
        List.of(List.of("1", "12.3456", "2024-03-10 02:30:00.000001+00", "a")),
        bq.rows(
            "SELECT id, n, CAST(`at` AS STRING), tags[OFFSET(0)] FROM ds.avro WHERE name IS NULL"));
    TableId strict = bq.table("avro_strict", Field.of("id", StandardSQLTypeName.STRING));
    Job refused =
        upload(
            WriteChannelConfiguration.newBuilder(strict, FormatOptions.avro())
                .setIgnoreUnknownValues(true)
                .build(),
            out.toByteArray());
    assertTrue(refused.getStatus().getError().getMessage().contains("changed type"));
  }

  @Test
  void parquetAndObjectsOfAnAddress() throws Exception {
    bq.service.putObject("gs://bucket/a/1.csv", utf8("1,x\n"));
    bq.service.putObject("gs://bucket/a/2.csv", gzip(utf8("2,y\n")));
    LoadJobConfiguration csv =
        LoadJobConfiguration.newBuilder(TableId.of("ds", "objects"), "gs://bucket/a/*.csv")
            .setFormatOptions(FormatOptions.csv())
            .setSchema(Schema.of(ID, NAME))
            .build();
    Job job = bq.run(csv);
    assertNull(job.getStatus().getError());
    assertEquals(2, ((LoadStatistics) job.getStatistics()).getInputFiles());
    assertEquals(List.of(List.of("2")), bq.rows("SELECT COUNT(*) FROM ds.objects"));
    java.nio.file.Path file = java.nio.file.Files.createTempFile("rows", ".parquet");
    try (java.sql.Connection duck = java.sql.DriverManager.getConnection("jdbc:duckdb:");
        java.sql.Statement statement = duck.createStatement()) {
      statement.execute(
          "COPY (SELECT 5::BIGINT AS id, 'p' AS name) TO '" + file + "' (FORMAT parquet)");
    }
    WriteChannelConfiguration parquet =
        WriteChannelConfiguration.newBuilder(TableId.of("ds", "objects"), FormatOptions.parquet())
            .build();
    assertNull(upload(parquet, java.nio.file.Files.readAllBytes(file)).getStatus().getError());
    assertEquals(List.of(List.of("p")), bq.rows("SELECT name FROM ds.objects WHERE id = 5"));
    java.nio.file.Files.delete(file);
    LoadJobConfiguration missing =
        LoadJobConfiguration.newBuilder(TableId.of("ds", "objects"), "gs://bucket/none").build();
    assertEquals("notFound", bq.run(missing).getStatus().getError().getReason());
  }
}
