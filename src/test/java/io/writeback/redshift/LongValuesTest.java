package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.row;
import static io.writeback.redshift.Warehouse.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.sink.BadRowException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Rejected;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.Destination;
import io.writeback.sink.TableBatch;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that are longer than a type, or a row, of Redshift may be. */
class LongValuesTest extends WarehouseScenario {
  private static final Schema TEXTS = SchemaBuilder.array(Schema.STRING_SCHEMA).build();
  private static final Schema NESTED =
      SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).field("v", TEXTS).build();
  private static final Schema TEXT =
      SchemaBuilder.struct()
          .field("id", Schema.INT64_SCHEMA)
          .field("v", Schema.STRING_SCHEMA)
          .build();

  /** A batch and what becomes of it. */
  private static final class Rows {
    private final Destination destination;
    private final Claim claim;
    private final TableBatch batch;
    private long end;

    Rows(String name, String... config) {
      destination = warehouse.destination(name, config);
      claim = claim(destination, name);
      batch = destination.newBatch(claim, 0, table(name), Optional.empty());
    }

    Rows add(Struct value) {
      batch.add(row(claim.partition(), end++, value));
      return this;
    }

    CommitOutcome commit() {
      return destination.commit(List.of(Warehouse.range(claim, 0, end, batch))).get(0);
    }
  }

  private static Struct nested(long id, int count, int length) {
    return new Struct(NESTED)
        .put("id", id)
        .put("v", Collections.nCopies(count, "x".repeat(length)));
  }

  private static Struct text(long id, String value) {
    return new Struct(TEXT).put("id", id).put("v", value);
  }

  /** It goes into its SUPER as it is, by no function with a VARCHAR as its argument. */
  @Test
  void aNestedValueMayBeLongerThanAnyText() {
    assertEquals(new Committed(1), new Rows("nestedlong").add(nested(1, 3000, 400)).commit());
    assertEquals(
        "3000|1200000",
        warehouse.one(
            "SELECT count(*), sum(length(e)) FROM nestedlong, jsonb_array_elements_text(v) e"));
  }

  /** Whether a text in a SUPER may be longer is a setting of the database, so COPY decides. */
  @Test
  void aTextTooLongInsideANestedValueIsTracedToItsRecord() {
    Rows rows =
        new Rows("nestedtext").add(nested(1, 2, 10)).add(nested(2, 1, 70_000)).add(nested(3, 1, 5));
    List<RejectedRow> rejected = assertInstanceOf(Rejected.class, rows.commit()).rows();
    assertEquals(List.of(1L), rejected.stream().map(RejectedRow::offset).toList());
    assertTrue(rejected.get(0).reason().startsWith("column v: "), rejected.toString());
    assertFalse(rejected.toString().contains("xxx"), "the value is not told");
  }

  /** Elsewhere it comes to light as a broken pipe. */
  @Test
  void aRowLongerThanCopyTakesIsRefusedInWords() {
    SchemaBuilder wide = SchemaBuilder.struct();
    for (int i = 0; i < 70; i++) {
      wide.field("c" + i, Schema.OPTIONAL_STRING_SCHEMA);
    }
    Schema schema = wide.build();
    Struct tooLong = new Struct(schema);
    Struct good = new Struct(schema);
    schema.fields().forEach(field -> tooLong.put(field, "x".repeat(65_000)));
    schema.fields().stream().limit(60).forEach(field -> good.put(field, "x".repeat(65_000)));
    Rows rows = new Rows("toowide");
    BadRowException e = assertThrows(BadRowException.class, () -> rows.add(tooLong));
    assertTrue(e.getMessage().contains("COPY takes 4194304"), e.getMessage());
    assertEquals(new Committed(2), rows.add(good).commit());
    assertEquals("1", warehouse.one("SELECT count(*) FROM toowide WHERE length(c59) = 65000"));
  }

  /** However long: longer, too, than the buffer of a row. */
  @ParameterizedTest
  @CsvSource({"truncate, 65535|1|0", "null, null|0|1"})
  void aTextOfAnyLengthFollowsThePolicy(String policy, String expected) {
    String name = "anylength_" + policy;
    Rows rows = new Rows(name, "redshift.values.oversize", policy);
    assertEquals(new Committed(1), rows.add(text(1, "y".repeat(12_000_000))).commit());
    assertEquals(expected, warehouse.one("SELECT length(v) FROM " + name) + "|" + changed(name));
  }

  @Test
  void aNestedValueLongerThanARowFollowsThePolicy() {
    Struct longest = nested(1, 5000, 1000);
    // As CSV each of the quotes takes two bytes.
    Struct quotes = nested(2, 1_000_000, 1);
    for (String policy : List.of("fail", "truncate")) {
      Rows rows = new Rows("supers_" + policy, "redshift.values.oversize", policy);
      for (Struct value : List.of(longest, quotes)) {
        BadRowException e = assertThrows(BadRowException.class, () -> rows.add(value));
        assertTrue(e.getMessage().startsWith("field v is more than 4193280 bytes"), e.getMessage());
      }
    }
    Rows nulls = new Rows("supers_null", "redshift.values.oversize", "null");
    assertEquals(new Committed(3), nulls.add(longest).add(quotes).add(nested(3, 1, 1)).commit());
    assertEquals("3|1", warehouse.one("SELECT count(*), count(v) FROM supers_null"));
    assertEquals("0|2", changed("supers_null"));
  }

  private static String changed(String name) {
    return warehouse.one(
        "SELECT cut_values, nulled_values FROM \"_wb_log_" + Hash.of(name, "0", name) + "\"");
  }
}
