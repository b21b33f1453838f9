package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as topics have them, in upserts of either kind. */
class UpsertKeysTest extends BigQueryScenario {
  private static final Schema POINT =
      SchemaBuilder.struct()
          .field("y", Schema.OPTIONAL_INT64_SCHEMA)
          .field("x", Schema.OPTIONAL_INT64_SCHEMA)
          .build();
  private static final Schema VALUE =
      SchemaBuilder.struct()
          .field("note", Schema.OPTIONAL_STRING_SCHEMA)
          .field("spot", POINT)
          .build();

  private BigQueryRig rig(String method) {
    return rig(
        Map.of(
            "write.mode", "upsert",
            "upsert.key.fields", "id",
            "bigquery.upsert.partitions", "1"),
        "bigquery.write.method",
        method);
  }

  private static SinkRow row(long offset, long id, String note) {
    Struct value =
        note == null
            ? null
            : new Struct(VALUE)
                .put("note", note)
                .put("spot", new Struct(POINT).put("x", id).put("y", -id));
    return new SinkRow(
        new SinkRecord(
            "orders", 0, Schema.INT64_SCHEMA, id, value == null ? null : VALUE, value, offset),
        offset,
        OptionalLong.empty());
  }

  private static PendingRange range(BigQueryRig rig, Claim claim, long start, SinkRow... rows) {
    TableBatch batch = rig.destination.newBatch(claim, start, ORDERS, Optional.empty());
    for (SinkRow row : rows) {
      batch.add(row);
    }
    return new PendingRange(claim, start, start + rows.length, List.of(batch), Map.of(), List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"storage_write", "load_job"})
  void aKeyThatIsNoStructIsAColumnOfItsOwn(String method) {
    BigQueryRig rig = rig(method);
    Claim claim = rig.claim();
    assertEquals(
        new Committed(3),
        rig.commit(range(rig, claim, 0, row(0, 1, "a"), row(1, 2, "b"), row(2, 1, "c"))));
    assertEquals(
        new Committed(5), rig.commit(range(rig, claim, 3, row(3, 2, null), row(4, 3, "d"))));
    assertEquals(List.of("1", "3"), rig.ids());
    assertEquals(List.of("c", "d"), rig.notes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"storage_write", "load_job"})
  void fieldsOfAStructGoWhereTheirNamesAre(String method) {
    BigQueryRig rig = rig(method);
    rig.queries.execute(
        SqlStatement.of(
            "CREATE TABLE sales.orders (id INT64, note STRING, spot STRUCT<x INT64, y INT64>,"
                + " PRIMARY KEY (id) NOT ENFORCED)"));
    Claim claim = rig.claim();
    rig.commit(range(rig, claim, 0, row(0, 1, "a"), row(1, 2, "b")));
    rig.commit(range(rig, claim, 2, row(2, 2, "c")));
    assertEquals(List.of("1", "2"), rig.column("spot.x", ORDERS));
    assertEquals(List.of("-1", "-2"), rig.column("spot.y", ORDERS));
  }
}
