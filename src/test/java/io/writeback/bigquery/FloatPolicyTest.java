package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.sink.BadRowException;
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
import org.junit.jupiter.params.provider.CsvSource;

/** NaN and the infinities, by every method and in every place. */
class FloatPolicyTest extends BigQueryScenario {
  private static final Schema IN =
      SchemaBuilder.struct().field("x", Schema.OPTIONAL_FLOAT32_SCHEMA).optional().build();
  private static final Schema MAP =
      SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_FLOAT64_SCHEMA).optional().build();
  private static final Schema ROW =
      SchemaBuilder.struct()
          .field("id", Schema.INT64_SCHEMA)
          .field("f", Schema.OPTIONAL_FLOAT64_SCHEMA)
          .field("s", IN)
          .field("m", MAP)
          .field("a", SchemaBuilder.array(Schema.FLOAT64_SCHEMA).optional().build())
          .build();
  private static final String SHOWN =
      "CONCAT(IFNULL(CAST(f AS STRING), '-'), ' ', IFNULL(CAST(s.x AS STRING), '-'), ' ',"
          + " IFNULL((SELECT STRING_AGG(CONCAT(e.key, IFNULL(CAST(e.value AS STRING), '-')))"
          + " FROM UNNEST(m) AS e), ''))";

  private BigQueryRig rig(String method, String policy) {
    return rig(
        Map.of(
            "bigquery.write.method",
            method,
            "bigquery.float.special",
            policy,
            "delivery.guarantee",
            method.equals("insert_all") ? "at_least_once" : "exactly_once"));
  }

  private static void add(TableBatch batch, long offset, Struct row) {
    SinkRecord record = new SinkRecord("orders", 0, null, null, ROW, row, offset);
    batch.add(new SinkRow(record, offset, OptionalLong.empty()));
  }

  private static Struct row(long id, double f, float x, double value) {
    return new Struct(ROW)
        .put("id", id)
        .put("f", f)
        .put("s", new Struct(IN).put("x", x))
        .put("m", Map.of("k", value));
  }

  @ParameterizedTest
  @CsvSource({
    "load_job,keep,NaN Infinity k-Infinity",
    "storage_write,keep,NaN Infinity k-Infinity",
    "insert_all,keep,NaN Infinity k-Infinity",
    "load_job,null,- - k-",
    "storage_write,null,- - k-",
    "insert_all,null,- - k-"
  })
  void areKeptOrNull(String method, String policy, String expected) {
    BigQueryRig rig = rig(method, policy);
    Claim claim = rig.claim();
    TableBatch batch = rig.destination.newBatch(claim, 0, ORDERS, Optional.empty());
    add(batch, 0, row(0, Double.NaN, Float.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
    add(batch, 1, row(1, 1.5, -2.5f, 0.25));
    assertEquals(
        new Committed(2),
        rig.commit(new PendingRange(claim, 0, 2, List.of(batch), Map.of(), List.of())));
    List<String> shown = rig.column(SHOWN, ORDERS);
    assertEquals(expected.toLowerCase(java.util.Locale.ROOT), words(shown.get(0)));
    assertEquals("1.5 -2.5 k0.25", shown.get(1).toLowerCase(java.util.Locale.ROOT));
  }

  /** The service writes inf, DuckDB writes it so too; the configuration's words are longer. */
  private static String words(String shown) {
    return shown.toLowerCase(java.util.Locale.ROOT).replaceAll("\\binf\\b", "infinity");
  }

  @ParameterizedTest
  @CsvSource({"load_job", "storage_write", "insert_all"})
  void areRefusedRowByRow(String method) {
    BigQueryRig rig = rig(method, "reject");
    TableBatch batch = rig.destination.newBatch(rig.claim(), 0, ORDERS, Optional.empty());
    for (Struct bad :
        List.of(
            row(0, Double.NaN, 0, 0),
            row(0, 0, Float.NEGATIVE_INFINITY, 0),
            row(0, 0, 0, Double.NaN),
            row(0, 0, 0, 0).put("a", List.of(1.0, Double.NaN)))) {
      assertThrows(BadRowException.class, () -> add(batch, 0, bad));
    }
    add(batch, 0, row(0, 0, 0, 0).put("a", List.of(1.0)));
    assertEquals(1, batch.rows());
  }

  /** NULL cannot take their place there. */
  @ParameterizedTest
  @CsvSource({"load_job", "storage_write", "insert_all"})
  void cannotBeNullInAnArray(String method) {
    BigQueryRig rig = rig(method, "null");
    TableBatch batch = rig.destination.newBatch(rig.claim(), 0, ORDERS, Optional.empty());
    BadRowException refused =
        assertThrows(
            BadRowException.class,
            () -> add(batch, 0, row(0, 0, 0, 0).put("a", List.of(1.0, Double.NaN))));
    assertTrue(refused.getMessage().startsWith("field a: "), refused::getMessage);
    assertEquals(0, batch.rows());
  }
}
