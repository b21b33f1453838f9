package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableFieldSchema.RangeElementType;
import io.writeback.sink.BadRowException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RANGE columns of a table that is there, filled by every way of writing. */
class RangeColumnsTest extends BigQueryScenario {
  private static final long DAY = 86_400_000;
  private static final Schema DAYS =
      SchemaBuilder.struct()
          .field("start", org.apache.kafka.connect.data.Date.builder().optional().build())
          .field("end", org.apache.kafka.connect.data.Date.builder().optional().build())
          .optional()
          .build();
  private static final Schema TIMES =
      SchemaBuilder.struct()
          .field("end", Timestamp.builder().optional().build())
          .field("start", Timestamp.builder().optional().build())
          .optional()
          .build();
  private static final Schema MAP =
      SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA).optional().build();
  private static final Schema ARRAY = SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build();
  private static final Schema ROW =
      SchemaBuilder.struct()
          .field("id", Schema.INT64_SCHEMA)
          .field("d", Schema.OPTIONAL_STRING_SCHEMA)
          .field("dt", Schema.OPTIONAL_STRING_SCHEMA)
          .field("ts", Schema.OPTIONAL_STRING_SCHEMA)
          .field("ds", DAYS)
          .field("tss", TIMES)
          .field("dts", TIMES)
          .field("dm", MAP)
          .field("da", ARRAY)
          .build();

  private static TableFieldSchema range(String name, String element, String mode) {
    return new TableFieldSchema()
        .setName(name)
        .setType("RANGE")
        .setMode(mode)
        .setRangeElementType(new RangeElementType().setType(element));
  }

  private BigQueryRig rig(String method, String mode, String guarantee, String change) {
    BigQueryRig rig =
        rig(
            Map.of(
                "bigquery.write.method", method,
                "write.mode", mode,
                "delivery.guarantee", guarantee,
                "upsert.key", "record_value",
                "upsert.key.fields", "id",
                "bigquery.upsert.partitions", "1",
                "bigquery.type.change", change));
    List<TableFieldSchema> columns = new ArrayList<>(KafkaColumns.fields());
    columns.add(new TableFieldSchema().setName("id").setType("INTEGER"));
    for (String date : List.of("d", "ds", "dm")) {
      columns.add(range(date, "DATE", "NULLABLE"));
    }
    columns.add(range("dt", "DATETIME", "NULLABLE"));
    columns.add(range("dts", "DATETIME", "NULLABLE"));
    columns.add(range("ts", "TIMESTAMP", "NULLABLE"));
    columns.add(range("tss", "TIMESTAMP", "NULLABLE"));
    columns.add(range("da", "DATE", "REPEATED"));
    Table like = new Table();
    if (mode.equals("upsert")) {
      like.setTableConstraints(
          new com.google.api.services.bigquery.model.TableConstraints()
              .setPrimaryKey(
                  new com.google.api.services.bigquery.model.TableConstraints.PrimaryKey()
                      .setColumns(List.of("id"))));
    }
    rig.tables.ensureOwn(ORDERS, columns, like);
    return rig;
  }

  private static Struct row(long id) {
    return new Struct(ROW)
        .put("id", id)
        .put("d", "[2020-01-01, 2020-12-31)")
        .put("dt", "[2020-01-01T00:00:00.5,unbounded)")
        .put("ts", "[UNBOUNDED, 2020-01-01T00:00:00+01:00)")
        .put("ds", new Struct(DAYS).put("start", new Date(DAY)).put("end", new Date(2 * DAY)))
        .put("tss", new Struct(TIMES).put("start", new Date(1)).put("end", new Date(2)))
        .put("dts", new Struct(TIMES).put("start", new Date(1)))
        .put("dm", Map.of("end", "2020-02-29"))
        .put("da", List.of("[2020-01-01, 2020-01-02)", "[UNBOUNDED, UNBOUNDED)"));
  }

  private static final Map<String, String> SHOWN =
      Map.of(
          "d", "[2020-01-01, 2020-12-31)",
          "dt", "[2020-01-01T00:00:00.500, UNBOUNDED)",
          "ts", "[UNBOUNDED, 2019-12-31 23:00:00.000000+00)",
          "ds", "[1970-01-02, 1970-01-03)",
          "tss", "[1970-01-01 00:00:00.001000+00, 1970-01-01 00:00:00.002000+00)",
          "dts", "[1970-01-01T00:00:00.001, UNBOUNDED)",
          "dm", "[UNBOUNDED, 2020-02-29)",
          "da", "[2020-01-01, 2020-01-02)+[UNBOUNDED, UNBOUNDED)");

  private static TableBatch batch(BigQueryRig rig, Claim claim, Struct... rows) {
    TableBatch batch = rig.destination.newBatch(claim, 0, ORDERS, Optional.empty());
    for (int i = 0; i < rows.length; i++) {
      batch.add(
          new SinkRow(
              new SinkRecord("orders", 0, null, null, rows[i].schema(), rows[i], i),
              i,
              OptionalLong.empty()));
    }
    return batch;
  }

  private static PendingRange pending(BigQueryRig rig, Claim claim, Struct... rows) {
    return new PendingRange(
        claim, 0, rows.length, List.of(batch(rig, claim, rows)), Map.of(), List.of());
  }

  private static Map<String, String> shown(BigQueryRig rig) {
    Map<String, String> shown = new LinkedHashMap<>();
    for (String column : SHOWN.keySet()) {
      String value = column.equals("da") ? "ARRAY_TO_STRING(da, '+')" : column;
      shown.put(
          column,
          rig.queries
              .rows(SqlStatement.of("SELECT " + value + " AS v FROM sales.orders WHERE id = 1"))
              .get(0)
              .text("v"));
    }
    return shown;
  }

  @ParameterizedTest
  @CsvSource({
    "load_job,append,exactly_once,rows",
    "load_job,append,exactly_once,column",
    "storage_write,append,exactly_once,rows",
    "storage_write,append,at_least_once,column",
    "insert_all,append,at_least_once,rows",
    "load_job,upsert,exactly_once,rows",
    "storage_write,upsert,exactly_once,rows"
  })
  void textsStructsAndMapsBecomeRanges(
      String method, String mode, String guarantee, String change) {
    BigQueryRig rig = rig(method, mode, guarantee, change);
    Claim claim = rig.claim();
    // What the columns are is seen now, and the rows come again.
    assertEquals(new Moved(0), rig.commit(pending(rig, claim, row(1))));
    assertEquals(new Committed(1), rig.commit(pending(rig, claim, row(1))));
    assertEquals(SHOWN, shown(rig));
    assertEquals(
        4 + ROW.fields().size(), rig.tables.columns(ORDERS).orElseThrow().size(), "no column more");
  }

  @Test
  void aMissingRangeIsNullAndOneWithoutBoundsIsNot() {
    BigQueryRig rig = rig("storage_write", "append", "exactly_once", "rows");
    Claim claim = rig.claim();
    Struct sparse = new Struct(ROW).put("id", 1L).put("ds", new Struct(DAYS));
    rig.commit(pending(rig, claim, sparse));
    assertEquals(new Committed(1), rig.commit(pending(rig, claim, sparse)));
    Map<String, String> shown = shown(rig);
    assertEquals("[UNBOUNDED, UNBOUNDED)", shown.get("ds"));
    assertEquals(null, shown.get("d"));
  }

  /** They are errant rows, known by the record alone, and the rest of the batch lands. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2020-01-01",
        "[2020-01-01, 2020-12-31]",
        "[2020-12-31, 2020-01-01)",
        "[2020-01-01, 2020-01-01)",
        "[2020-01-01, secret)",
        "[2020-13-01, UNBOUNDED)",
        "[2020-01-01 00:00:00 UTC, UNBOUNDED)",
        "[2020-01-01, 2020-02-01, 2020-03-01)",
        "[-0044-03-15, UNBOUNDED)"
      })
  void whatIsNoRangeIsRefusedAlone(String text) {
    BigQueryRig rig = rig("load_job", "append", "exactly_once", "rows");
    Claim claim = rig.claim();
    rig.commit(pending(rig, claim, row(1)));
    TableBatch batch = batch(rig, claim, row(1));
    Struct bad = row(2).put("d", text);
    SinkRecord record = new SinkRecord("orders", 0, null, null, ROW, bad, 1);
    BadRowException refused =
        assertThrows(
            BadRowException.class, () -> batch.add(new SinkRow(record, 1, OptionalLong.empty())));
    assertEquals("field d: ", refused.getMessage().substring(0, 9));
    assertFalse(refused.getMessage().contains("secret"), refused::getMessage);
    assertEquals(
        new Committed(2),
        rig.commit(new PendingRange(claim, 0, 2, List.of(batch), Map.of(), List.of())));
    assertEquals(List.of("1"), rig.ids());
  }
}
