package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.row;
import static io.writeback.redshift.Warehouse.table;
import static io.writeback.redshift.Warehouse.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Rejected;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

/** One errant record neither changes a table for everybody nor keeps the others from landing. */
class ErrantSchemasTest extends WarehouseScenario {
  private static final Schema TEXT_ID =
      SchemaBuilder.struct()
          .field("id", Schema.STRING_SCHEMA)
          .field("name", Schema.OPTIONAL_STRING_SCHEMA)
          .build();
  private static final Schema MORE =
      SchemaBuilder.struct()
          .field("id", Schema.INT64_SCHEMA)
          .field("name", Schema.OPTIONAL_STRING_SCHEMA)
          .field("oops", Schema.OPTIONAL_STRING_SCHEMA)
          .build();

  private static PendingRange range(Destination d, Claim claim, Target target, Struct... rows) {
    TableBatch batch = d.newBatch(claim, 0, target, Optional.empty());
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] != null) {
        batch.add(row(claim.partition(), 10L * i, rows[i]));
      }
    }
    return Warehouse.range(claim, 0, 10L * rows.length, batch);
  }

  private static Struct text(String id) {
    return new Struct(TEXT_ID).put("id", id).put("name", "text");
  }

  private static String columns(String table) {
    return warehouse.one(
        "SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY ordinal_position)"
            + " FROM svv_columns WHERE table_name = '"
            + table
            + "'");
  }

  private static List<RejectedRow> rejected(CommitOutcome outcome) {
    return assertInstanceOf(Rejected.class, outcome).rows();
  }

  @Test
  void aRecordOfAnotherTypeIsReportedAndTheOthersLand() {
    Destination d = warehouse.destination("typed", "redshift.type.change", "report");
    Target target = table("typed");
    Claim bad = claim(d, "typed", 0);
    Claim good = claim(d, "typed", 1);
    assertEquals(
        List.of(new Committed(10)), d.commit(List.of(range(d, good, target, value(1, "first")))));
    String before = columns("typed");
    Claim next = d.claim(good.partition(), OptionalLong.empty());
    PendingRange neighbour = Warehouse.range(d, next, target, 10, 12);
    List<CommitOutcome> outcomes =
        d.commit(
            List.of(
                range(d, bad, target, value(5, "a"), text("six"), value(7, "b"), text("8")),
                neighbour));
    assertEquals(
        List.of(10L, 30L), rejected(outcomes.get(0)).stream().map(RejectedRow::offset).toList());
    String reason = rejected(outcomes.get(0)).get(0).reason();
    assertTrue(reason.contains("field id is VARCHAR"), reason);
    assertTrue(reason.contains("BIGINT"), reason);
    assertEquals(new Committed(12), outcomes.get(1));
    assertEquals(before, columns("typed"));
    assertEquals(
        List.of(new Committed(40)),
        d.commit(List.of(range(d, bad, target, value(5, "a"), null, value(7, "b"), null))));
    assertEquals("5|5", warehouse.counts("typed"));
  }

  /** The first record says what a table that is still to be made is like. */
  @Test
  void theFirstRecordsSayTheTypesOfANewTable() {
    Destination d = warehouse.destination("fresh", "redshift.type.change", "report");
    Claim claim = claim(d, "fresh", 0);
    List<CommitOutcome> outcomes =
        d.commit(List.of(range(d, claim, table("fresh"), value(1, "a"), text("two"))));
    assertEquals(
        List.of(10L), rejected(outcomes.get(0)).stream().map(RejectedRow::offset).toList());
    assertEquals("0", warehouse.one("SELECT count(*) FROM pg_class WHERE relname = 'fresh'"));
  }

  @Test
  void aRecordWithAnotherFieldIsReportedIfColumnsAreNotToBeAdded() {
    Destination d = warehouse.destination("fixed", "redshift.new.columns", "report");
    Target target = table("fixed");
    Claim claim = claim(d, "fixed", 0);
    d.commit(List.of(range(d, claim, target, value(1, "first"))));
    Claim next = claim(d, "fixed", 1);
    Struct more = new Struct(MORE).put("id", 2L).put("oops", "x");
    List<CommitOutcome> outcomes = d.commit(List.of(range(d, next, target, value(5, "a"), more)));
    assertEquals(
        List.of(10L), rejected(outcomes.get(0)).stream().map(RejectedRow::offset).toList());
    assertEquals("id bigint, name character varying", columns("fixed"));
    Destination adding = warehouse.destination("fixed");
    Claim third = claim(adding, "fixed", 2);
    assertEquals(
        List.of(new Committed(10)), adding.commit(List.of(range(adding, third, target, more))));
    assertEquals("id bigint, name character varying, oops character varying", columns("fixed"));
  }

  /** Not even its width: what the encoder refuses is in no object. */
  @Test
  void aRecordThatTheEncoderRefusesLeavesNoTraceInTheTable() {
    Destination d = warehouse.destination("notrace");
    Target target = table("notrace");
    Claim claim = claim(d, "notrace", 0);
    TableBatch batch = d.newBatch(claim, 0, target, Optional.empty());
    batch.add(row(claim.partition(), 0, value(1, "short")));
    Struct wide = new Struct(MORE).put("id", 2L).put("name", "w".repeat(5000)).put("oops", "a\0b");
    assertThrows(RuntimeException.class, () -> batch.add(row(claim.partition(), 1, wide)));
    assertEquals(List.of(new Committed(2)), d.commit(List.of(Warehouse.range(claim, 0, 2, batch))));
    assertEquals("id bigint, name character varying", columns("notrace"));
    assertEquals(
        "256",
        warehouse.one(
            "SELECT character_maximum_length FROM svv_columns WHERE table_name = 'notrace'"
                + " AND column_name = 'name'"));
  }

  @Test
  void bytesThatAreTooLongAreCutAsAskedAndCounted() {
    Schema blob = SchemaBuilder.struct().field("v", Schema.BYTES_SCHEMA).build();
    byte[] long1 = new byte[RedshiftType.MAX_VARBYTE_BYTES + 3];
    Arrays.fill(long1, (byte) 0xab);
    for (String policy : List.of("truncate", "null", "fail")) {
      String name = "blob_" + policy;
      Destination d = warehouse.destination(name, "redshift.values.oversize", policy);
      Claim claim = claim(d, name, 0);
      TableBatch batch = d.newBatch(claim, 0, table(name), Optional.empty());
      Struct tooLong = new Struct(blob).put("v", ByteBuffer.wrap(long1));
      Struct exact =
          new Struct(blob).put("v", Arrays.copyOf(long1, RedshiftType.MAX_VARBYTE_BYTES));
      if (policy.equals("fail")) {
        assertThrows(RuntimeException.class, () -> batch.add(row(claim.partition(), 0, tooLong)));
      } else {
        batch.add(row(claim.partition(), 0, tooLong));
      }
      batch.add(row(claim.partition(), 1, exact));
      d.commit(List.of(Warehouse.range(claim, 0, 2, batch)));
      String log = "\"_wb_log_" + Hash.of(name, "0", name) + "\"";
      String expected =
          switch (policy) {
            case "truncate" -> "2|1024000|1024000|1|0";
            case "null" -> "1|1024000|1024000|0|1";
            default -> "1|1024000|1024000|0|0";
          };
      assertEquals(
          expected,
          warehouse.one("SELECT count(v), min(length(v)), max(length(v)) FROM " + name)
              + "|"
              + warehouse.one("SELECT cut_values, nulled_values FROM " + log));
    }
  }

  /** Renamed, or set up once more: both would write each row. */
  @Test
  void aSecondDeliveryOfATopicIntoATableIsRefusedInWords() {
    Destination first = warehouse.destination("feeder-one");
    Target target = table("fed");
    Claim claim = claim(first, "fed", 0);
    first.commit(List.of(Warehouse.range(first, claim, target, 0, 3)));
    Destination second = warehouse.destination("feeder-two");
    Claim other = claim(second, "fed", 0);
    FaultException e =
        assertThrows(
            FaultException.class,
            () -> second.commit(List.of(Warehouse.range(second, other, target, 0, 3))));
    assertTrue(e.getMessage().contains("from delivery feeder-one already"), e.getMessage());
    assertTrue(e.getMessage().contains("delivery.id"), e.getMessage());
    assertEquals("3|3", warehouse.counts("fed"));
    Destination renamed = warehouse.destination("feeder-two", "delivery.id", "feeder-one");
    Claim goesOn = claim(renamed, "fed", 0);
    assertEquals(OptionalLong.of(3), goesOn.position());
    Destination allowed =
        warehouse.destination("feeder-two", "redshift.table.other.deliveries", "allow");
    assertEquals(
        List.of(new Committed(3)),
        allowed.commit(List.of(Warehouse.range(allowed, claim(allowed, "fed", 0), target, 0, 3))));
    assertEquals("6|3", warehouse.counts("fed"));
  }
}
