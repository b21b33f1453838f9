package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Columns that a table has a default for: what the schema of a record does not have gets it, what a
 * record has as null stays NULL, whichever way the rows take.
 */
class ColumnDefaultsTest extends BigQueryScenario {
  private static final Schema NOTED =
      SchemaBuilder.struct()
          .field("id", Schema.OPTIONAL_INT64_SCHEMA)
          .field("note", Schema.OPTIONAL_STRING_SCHEMA)
          .field("tags", SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build())
          .build();
  private static final String TABLE =
      "CREATE TABLE sales.orders (id INT64, note STRING DEFAULT 'none',"
          + " tags ARRAY<STRING> DEFAULT ['t'], made STRING DEFAULT 'here',"
          + " need STRING NOT NULL DEFAULT 'must', more INT64, __kafka_topic STRING,"
          + " __kafka_partition INT64, __kafka_offset INT64, __kafka_generation INT64";

  private static SinkRow row(long offset, long id, Schema schema, String note) {
    Struct value = new Struct(schema).put("id", id);
    if (schema.field("note") != null) {
      value.put("note", note);
    }
    return new SinkRow(
        new SinkRecord(
            "orders",
            0,
            ChangeLog.KEY,
            new Struct(ChangeLog.KEY).put("id", id),
            schema,
            value,
            offset),
        offset,
        OptionalLong.empty());
  }

  private static void commit(BigQueryRig rig, Claim claim, SinkRow... rows) {
    long start = rows[0].offset();
    TableBatch batch = rig.destination.newBatch(claim, start, ORDERS, Optional.empty());
    for (SinkRow row : rows) {
      batch.add(row);
    }
    long end = start + rows.length;
    assertEquals(
        new Committed(end),
        rig.commit(new PendingRange(claim, start, end, List.of(batch), Map.of(), List.of())));
  }

  private static List<String> table(BigQueryRig rig) {
    List<String> rows = new ArrayList<>();
    for (BigQueryQueries.Row row :
        rig.queries.rows(
            SqlStatement.of(
                "SELECT CONCAT(CAST(id AS STRING), ' ', COALESCE(note, 'NULL'), ' ',"
                    + " CAST(ARRAY_LENGTH(tags) AS STRING), ' ', COALESCE(made, 'NULL'), ' ', need,"
                    + " ' ', COALESCE(CAST(more AS STRING), 'NULL')) AS v FROM sales.orders"
                    + " ORDER BY id"))) {
      rows.add(row.text("v"));
    }
    return rows;
  }

  @ParameterizedTest
  @EnumSource
  void whatRecordsDoNotHaveGetsTheDefaultAndNullStaysNull(Way way) {
    BigQueryRig rig = rig(way.config(), BigQueryTableKeys.REQUIRED_COLUMNS, "relax");
    rig.queries.execute(SqlStatement.of(TABLE + ", PRIMARY KEY (id) NOT ENFORCED)"));
    Claim claim = rig.claim();
    commit(rig, claim, row(0, 1, NOTED, "a"), row(1, 2, NOTED, null));
    commit(rig, claim, row(2, 3, NOTED, "c"));
    assertEquals(
        List.of("1 a 0 here must NULL", "2 NULL 0 here must NULL", "3 c 0 here must NULL"),
        table(rig));
    TableFieldSchema need =
        TableFields.find(rig.tables.columns(ORDERS).orElseThrow(), "need").orElseThrow();
    assertEquals("'must'", need.getDefaultValueExpression());
    assertEquals(TableFields.REQUIRED, need.getMode());
  }

  /** A change is the whole row: what its record does not have is as in a new row. */
  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"CHANGES", "MERGE"})
  void aRowThatIsReplacedHasTheDefaultAgain(Way way) {
    BigQueryRig rig = rig(way.config());
    rig.queries.execute(SqlStatement.of(TABLE + ", PRIMARY KEY (id) NOT ENFORCED)"));
    rig.queries.execute(
        SqlStatement.of("INSERT INTO sales.orders (id, made, more) VALUES (1, 'else', 5)"));
    assertEquals(List.of("1 none 1 else must 5"), table(rig));
    commit(rig, rig.claim(), row(0, 1, NOTED, "a"));
    assertEquals(List.of("1 a 0 here must NULL"), table(rig));
  }

  /** A load has one list of columns, so what one of its records has is null in the others. */
  @Test
  void recordsOfOneLoadShareTheirColumns() {
    Schema bare = SchemaBuilder.struct().field("id", Schema.OPTIONAL_INT64_SCHEMA).build();
    BigQueryRig loads = rig(Way.LOAD_JOB.config());
    loads.queries.execute(SqlStatement.of(TABLE + ")"));
    Claim claim = loads.claim();
    commit(loads, claim, row(0, 1, NOTED, "a"), row(1, 2, bare, null));
    commit(loads, claim, row(2, 3, bare, null));
    assertEquals(
        List.of("1 a 0 here must NULL", "2 NULL 0 here must NULL", "3 none 1 here must NULL"),
        table(loads));
  }

  /** Values without schema: what the topic has shown is its schema. */
  @Test
  void aFieldThatEarlierRecordsHaveShownIsNull() {
    BigQueryRig streams = rig(Way.DEFAULT_STREAM.config());
    streams.queries.execute(SqlStatement.of(TABLE + ")"));
    commit(
        streams,
        streams.claim(),
        schemaless(0, Map.of("id", 1)),
        schemaless(1, Map.of("id", 2, "note", "b")),
        schemaless(2, Map.of("id", 3)));
    assertEquals(
        List.of("1 none 1 here must NULL", "2 b 1 here must NULL", "3 NULL 1 here must NULL"),
        table(streams));
  }

  private static SinkRow schemaless(long offset, Map<String, ?> value) {
    return new SinkRow(
        new SinkRecord("orders", 0, null, null, null, value, offset), offset, OptionalLong.empty());
  }

  @Test
  void recordsOfOneAppendDoNot() {
    Schema bare = SchemaBuilder.struct().field("id", Schema.OPTIONAL_INT64_SCHEMA).build();
    BigQueryRig streams = rig(Way.STREAMS.config());
    streams.queries.execute(SqlStatement.of(TABLE + ")"));
    commit(streams, streams.claim(), row(0, 1, NOTED, "a"), row(1, 2, bare, null));
    assertEquals(List.of("1 a 0 here must NULL", "2 none 1 here must NULL"), table(streams));
  }
}
