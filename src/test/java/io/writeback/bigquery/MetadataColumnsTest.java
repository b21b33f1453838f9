package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static io.writeback.bigquery.BigQueryRig.TP;
import static io.writeback.bigquery.BigQueryRig.manifest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableSchema;
import io.writeback.sink.BadRowException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.PendingRange;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SinkRow;
import io.writeback.sink.SnapshotProgress;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns about the record itself, through every way of writing rows. */
class MetadataColumnsTest extends BigQueryScenario {
  private static final Schema KEY = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();
  private static final String ALL = "topic,partition:Part,offset,timestamp,inserted:written";
  private static final String FACTS =
      "kafka_topic, Part, kafka_offset, kafka_timestamp, written > TIMESTAMP '2020-01-01'";

  private BigQueryRig rig(String method, String mode, String guarantee, String columns) {
    return rig(
        Map.of(
            "bigquery.write.method", method,
            "write.mode", mode,
            "delivery.guarantee", guarantee,
            "bigquery.upsert.partitions", "1",
            "topics", "orders,domo.snapshots",
            "table.metadata.columns", columns));
  }

  /** A record of a topic that a transform renamed; every second one has no time. */
  private static SinkRow row(long offset, Schema schema, Object value, boolean ordinal) {
    SinkRecord record =
        new SinkRecord(
            TP.topic(),
            TP.partition(),
            KEY,
            new Struct(KEY).put("id", offset),
            schema,
            value,
            offset,
            offset % 2 == 0 ? 86_400_000L + offset : null,
            TimestampType.CREATE_TIME);
    return new SinkRow(
        record.newRecord(
            "renamed",
            7,
            record.keySchema(),
            record.key(),
            record.valueSchema(),
            record.value(),
            record.timestamp()),
        offset,
        ordinal ? OptionalLong.of(offset) : OptionalLong.empty());
  }

  private static Struct value(long id) {
    return new Struct(BigQueryRig.ROW).put("id", id).put("note", "n" + id);
  }

  private static PendingRange range(BigQueryRig rig, Claim claim, long start, long end) {
    TableBatch batch = rig.destination.newBatch(claim, start, ORDERS, Optional.empty());
    for (long offset = start; offset < end; offset++) {
      batch.add(row(offset, BigQueryRig.ROW, value(offset), false));
    }
    return new PendingRange(claim, start, end, List.of(batch), Map.of(), List.of());
  }

  /** Rows as id, facts; in the order of the ids. */
  private static List<String> told(BigQueryRig rig, Target table, String facts) {
    return rig
        .queries
        .rows(
            SqlStatement.of(
                "SELECT CONCAT(id, '|', note, '|', "
                    + List.of(facts.split(", ")).stream()
                        .map(fact -> "IFNULL(CAST(" + fact + " AS STRING), '-')")
                        .collect(Collectors.joining(", '|', "))
                    + ") AS told FROM sales."
                    + table.table()
                    + " ORDER BY id"))
        .stream()
        .map(row -> row.text("told"))
        .toList();
  }

  private static Map<String, String> types(BigQueryRig rig, Target table) {
    return rig.tables.columns(table).orElseThrow().stream()
        .filter(column -> !column.getName().startsWith("__kafka_"))
        .collect(Collectors.toMap(TableFieldSchema::getName, TableFieldSchema::getType));
  }

  private static final Map<String, String> TYPES =
      Map.of(
          "id", "INTEGER",
          "note", "STRING",
          "kafka_topic", "STRING",
          "Part", "INTEGER",
          "kafka_offset", "INTEGER",
          "kafka_timestamp", "TIMESTAMP",
          "written", "TIMESTAMP");

  private static final List<String> TOLD =
      List.of("0|n0|orders|0|0|1970-01-02 00:00:00+00|true", "1|n1|orders|0|1|-|true");

  @ParameterizedTest
  @CsvSource({
    "load_job,append,exactly_once",
    "storage_write,append,exactly_once",
    "storage_write,append,at_least_once",
    "insert_all,append,at_least_once",
    "load_job,upsert,exactly_once",
    "storage_write,upsert,exactly_once"
  })
  void rowsTellWhereTheyComeFrom(String method, String mode, String guarantee) {
    BigQueryRig rig = rig(method, mode, guarantee, ALL);
    Claim claim = rig.claim();
    assertEquals(new Committed(2), rig.commit(range(rig, claim, 0, 2)));
    assertEquals(TYPES, types(rig, ORDERS));
    assertEquals(TOLD, told(rig, ORDERS, FACTS));
  }

  @ParameterizedTest
  @CsvSource({"overwrite,load_job", "overwrite,storage_write", "create,load_job"})
  void rowsOfSnapshotsDoToo(String mode, String method) {
    BigQueryRig rig = rig(method, mode, "exactly_once", ALL);
    Claim claim = rig.claim();
    TableBatch batch = rig.destination.newBatch(claim, 0, ORDERS, Optional.of("s1"));
    batch.add(row(1, BigQueryRig.ROW, value(1), true));
    batch.add(row(2, BigQueryRig.ROW, value(2), true));
    SnapshotProgress progress = SnapshotProgress.startingAt(0).withRow(1).withRow(2);
    rig.commit(new PendingRange(claim, 0, 3, List.of(batch), Map.of("s1", progress), List.of()));
    RegisteredManifest manifest = manifest("s1", 10, 2);
    rig.register(manifest);
    assertEquals(
        Promotion.PROMOTED,
        rig.destination
            .snapshots()
            .promote(manifest, rig.destination.snapshots().staged(manifest)));
    Target shown = mode.equals("create") ? new Target("sales", "orders_1") : ORDERS;
    assertEquals(TYPES, types(rig, shown));
    assertEquals(
        List.of("1|n1|orders|0|1|-|true", "2|n2|orders|0|2|1970-01-02 00:00:00.002+00|true"),
        told(rig, shown, FACTS));
  }

  @Test
  void theTableOfAnEmptySnapshotHasThem() {
    BigQueryRig rig = rig("load_job", "overwrite", "exactly_once", ALL);
    RegisteredManifest manifest = manifest("s1", 10, 0);
    rig.register(manifest);
    rig.destination.snapshots().promote(manifest, rig.destination.snapshots().staged(manifest));
    assertEquals(TYPES, types(rig, ORDERS));
  }

  /** The columns of exactly-once streaming, by which rows are found again, are not doubled. */
  @Test
  void columnsThatAreThereAnywayCanBeAskedFor() {
    String columns = "topic:__kafka_topic,partition:__kafka_partition,offset:__kafka_offset";
    String facts = "__kafka_topic, __kafka_partition, __kafka_offset";
    BigQueryRig rig = rig("storage_write", "append", "exactly_once", columns);
    Claim claim = rig.claim();
    assertEquals(new Committed(2), rig.commit(range(rig, claim, 0, 2)));
    assertEquals(List.of("0|n0|orders|0|0", "1|n1|orders|0|1"), told(rig, ORDERS, facts));
    assertEquals(6, rig.tables.columns(ORDERS).orElseThrow().size());
    rig.destination.release(claim);
    BigQueryRig loads = rig("load_job", "append", "exactly_once", columns);
    assertEquals(new Committed(3), loads.commit(range(loads, loads.claim(), 2, 3)));
    assertEquals(
        List.of("0|n0|orders|0|0", "1|n1|orders|0|1", "2|n2|orders|0|2"), told(rig, ORDERS, facts));
  }

  @ParameterizedTest
  @CsvSource({"load_job", "storage_write"})
  void aTableThatIsThereGetsThem(String method) {
    BigQueryRig plain = rig(method, "append", "exactly_once", "");
    Claim first = plain.claim();
    assertEquals(new Committed(1), plain.commit(range(plain, first, 0, 1)));
    plain.destination.release(first);
    BigQueryRig rig = rig(method, "append", "exactly_once", ALL);
    assertEquals(new Committed(2), rig.commit(range(rig, rig.claim(), 1, 2)));
    assertEquals(TYPES, types(rig, ORDERS));
    assertEquals(List.of("0|n0|-|-|-|-|-", TOLD.get(1)), told(rig, ORDERS, FACTS));
  }

  /** A column of the user's own making takes what it can hold. */
  @Test
  void aColumnOfAnotherTypeIsWrittenIfItHoldsThem() {
    BigQueryRig rig = rig("storage_write", "append", "at_least_once", "offset");
    rig.tables.ensureOwn(
        ORDERS,
        List.of(new TableFieldSchema().setName("kafka_offset").setType("STRING")),
        new Table().setSchema(new TableSchema()));
    Claim claim = rig.claim();
    // Encoded for INTEGER first, then again for what the table has.
    assertEquals(new Moved(0), rig.commit(range(rig, claim, 0, 2)));
    assertEquals(new Committed(2), rig.commit(range(rig, claim, 0, 2)));
    assertEquals(List.of("0|n0|0", "1|n1|1"), told(rig, ORDERS, "kafka_offset"));
  }

  @Test
  void rowsWithoutSchemaTellToo() {
    BigQueryRig rig = rig("load_job", "append", "exactly_once", "offset");
    Claim claim = rig.claim();
    TableBatch batch = rig.destination.newBatch(claim, 0, ORDERS, Optional.empty());
    batch.add(row(0, null, Map.of("id", 0L, "note", "n0"), false));
    rig.commit(new PendingRange(claim, 0, 1, List.of(batch), Map.of(), List.of()));
    assertEquals(List.of("0|n0|0"), told(rig, ORDERS, "kafka_offset"));
  }

  @Test
  void aFieldOfThatNameIsRefusedWithAWayOut() {
    BigQueryRig rig = rig("load_job", "append", "exactly_once", "offset");
    TableBatch batch = rig.destination.newBatch(rig.claim(), 0, ORDERS, Optional.empty());
    Schema schema =
        SchemaBuilder.struct().field("Kafka_Offset", Schema.OPTIONAL_STRING_SCHEMA).build();
    BadRowException refused =
        assertThrows(
            BadRowException.class, () -> batch.add(row(0, schema, new Struct(schema), false)));
    assertTrue(refused.getMessage().contains("offset:_kafka_offset"), () -> refused.getMessage());
    assertEquals(0, batch.rows());
  }
}
