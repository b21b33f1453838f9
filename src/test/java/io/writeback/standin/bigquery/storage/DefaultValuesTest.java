package io.writeback.standin.bigquery.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.client.util.Data;
import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.FormatOptions;
import com.google.cloud.bigquery.InsertAllRequest;
import com.google.cloud.bigquery.Schema;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.TableDataWriteChannel;
import com.google.cloud.bigquery.TableId;
import com.google.cloud.bigquery.WriteChannelConfiguration;
import com.google.cloud.bigquery.storage.v1.AppendRowsRequest.MissingValueInterpretation;
import com.google.cloud.bigquery.storage.v1.StreamWriter;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Columns with defaults, through every API that writes rows, with the real clients. */
class DefaultValuesTest {
  private static final String COLUMNS = "id INT64, a STRING DEFAULT 'x', b STRING DEFAULT 'y'";
  private static final RowSchema WITHOUT_B = RowSchema.ids().with("a", Type.TYPE_STRING);
  private static StorageClients bq;

  @BeforeAll
  static void start() throws Exception {
    bq = new StorageClients();
  }

  @AfterAll
  static void stop() {
    bq.close();
  }

  private static List<List<String>> rows(String table) throws InterruptedException {
    return bq.sql("SELECT a, b FROM ds." + table + " ORDER BY id");
  }

  private static List<String> row(String a, String b) {
    return java.util.Arrays.asList(a, b);
  }

  @Test
  void aFieldThatTheWriterSchemaLacksGetsTheDefaultAndOneThatARowLacksIsNull() throws Exception {
    String stream = bq.create("streamed", COLUMNS) + "/_default";
    try (StreamWriter writer = bq.writer(stream, WITHOUT_B.proto())) {
      writer.append(WITHOUT_B.row(1L, "given")).get();
      writer.append(WITHOUT_B.row(2L, null)).get();
    }
    assertEquals(List.of(row("given", "y"), row(null, "y")), rows("streamed"));
  }

  @Test
  void aWriterMayAskForTheDefaultsOfMissingValuesAndForNullInSome() throws Exception {
    String stream = bq.create("asked", COLUMNS) + "/_default";
    RowSchema all = RowSchema.ids().with("a", Type.TYPE_STRING).with("b", Type.TYPE_STRING);
    try (StreamWriter writer =
        StreamWriter.newBuilder(stream, bq.write)
            .setWriterSchema(all.proto())
            .setMaxRetryDuration(Duration.ZERO)
            .setDefaultMissingValueInterpretation(MissingValueInterpretation.DEFAULT_VALUE)
            .setMissingValueInterpretationMap(Map.of("b", MissingValueInterpretation.NULL_VALUE))
            .build()) {
      writer.append(all.row(1L, null, null)).get();
      writer.append(all.row(2L, "given", "given")).get();
    }
    assertEquals(List.of(row("x", null), row("given", "given")), rows("asked"));
  }

  @Test
  void insertAllFillsRowByRow() throws Exception {
    bq.create("inserted", COLUMNS);
    bq.rest.insertAll(
        InsertAllRequest.newBuilder(TableId.of("ds", "inserted"))
            .addRow(Map.of("id", 1))
            .addRow(Map.of("id", 2, "a", Data.nullOf(String.class)))
            .build());
    assertEquals(List.of(row("x", "y"), row(null, "y")), rows("inserted"));
  }

  @Test
  void aLoadFillsTheColumnsThatItsSchemaLacks() throws Exception {
    bq.create("loaded", COLUMNS);
    Schema named =
        Schema.of(
            Field.of("id", StandardSQLTypeName.INT64), Field.of("a", StandardSQLTypeName.STRING));
    load(WriteChannelConfiguration.newBuilder(table()).setSchema(named), "{\"id\":1}\n");
    // Without a schema of its own the job is for all columns.
    load(WriteChannelConfiguration.newBuilder(table()), "{\"id\":2,\"a\":\"given\"}\n");
    assertEquals(List.of(row(null, "y"), row("given", null)), rows("loaded"));
  }

  private static TableId table() {
    return TableId.of("ds", "loaded");
  }

  private static void load(WriteChannelConfiguration.Builder load, String lines) throws Exception {
    TableDataWriteChannel channel =
        bq.rest.writer(load.setFormatOptions(FormatOptions.json()).build());
    try (channel) {
      channel.write(ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8)));
    }
    assertNull(channel.getJob().waitFor().getStatus().getError());
  }

  @Test
  void dmlAndDdlKnowThem() throws Exception {
    bq.create("defined", COLUMNS);
    bq.sql("INSERT INTO ds.defined (id) VALUES (1)");
    bq.sql("ALTER TABLE ds.defined ALTER COLUMN a SET DEFAULT 'z'");
    bq.sql("ALTER TABLE ds.defined ALTER COLUMN b DROP DEFAULT");
    bq.sql("INSERT INTO ds.defined (id) VALUES (2)");
    bq.sql("UPDATE ds.defined SET a = DEFAULT WHERE id = 1");
    assertEquals(List.of(row("z", "y"), row("z", null)), rows("defined"));
    Schema schema = bq.rest.getTable(TableId.of("ds", "defined")).getDefinition().getSchema();
    assertEquals("'z'", schema.getFields().get("a").getDefaultValueExpression());
    assertNull(schema.getFields().get("b").getDefaultValueExpression());
  }

  @Test
  void aColumnCannotBeAddedWithADefaultNorAFieldOfAStructHaveOne() throws Exception {
    bq.create("grown", "id INT64");
    BigQueryException added =
        assertThrows(
            BigQueryException.class,
            () -> bq.sql("ALTER TABLE ds.grown ADD COLUMN a STRING DEFAULT 'x'"));
    assertTrue(added.getMessage().contains("default"), added.getMessage());
    assertThrows(
        BigQueryException.class,
        () -> bq.sql("CREATE TABLE ds.nested (s STRUCT<a STRING DEFAULT 'x'>)"));
  }
}
