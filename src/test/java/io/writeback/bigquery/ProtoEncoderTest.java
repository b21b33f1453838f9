package io.writeback.bigquery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.cloud.bigquery.storage.v1.CivilTimeEncoder;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import io.writeback.sink.BadRowException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;

/** What rows look like to a reader of the descriptor that goes with them. */
class ProtoEncoderTest {
  static Schema row(Schema value) {
    return SchemaBuilder.struct().field("v", value).build();
  }

  static byte[] bytes(ProtoEncoder encoder, Struct row) {
    ProtoBuffer buffer = new ProtoBuffer(1);
    encoder.write(row, buffer);
    return buffer.copy(0);
  }

  @Test
  void nullsAreLeftOutAtEveryDepth() {
    Schema inner =
        SchemaBuilder.struct()
            .field("a b", Schema.OPTIONAL_STRING_SCHEMA)
            .field("n", Schema.OPTIONAL_INT32_SCHEMA)
            .optional()
            .build();
    Schema outer =
        SchemaBuilder.struct()
            .field("one", inner)
            .field("many", SchemaBuilder.array(inner).optional().build())
            .field("none", Schema.OPTIONAL_STRING_SCHEMA)
            .field("empty", SchemaBuilder.struct().optional().build())
            .build();
    ProtoEncoder encoder = ProtoCompiler.compile(outer, List.of(), Map.of(), RowShape.Rules.USUAL);
    Struct row =
        new Struct(outer)
            .put("one", new Struct(inner).put("a b", "x"))
            .put("many", List.of(new Struct(inner), new Struct(inner).put("n", 0)))
            .put("empty", null);
    assertEquals(
        Map.of("one", Map.of("a_b", "x"), "many", List.of(Map.of(), Map.of("n", 0L))),
        new ProtoRowsReader(encoder).row(bytes(encoder, row)));
  }

  @Test
  void aLongMessageInsideMovesToMakeRoomForItsLength() {
    Schema inner = SchemaBuilder.struct().field("t", Schema.STRING_SCHEMA).build();
    Schema outer = SchemaBuilder.struct().field("i", inner).field("z", Schema.INT32_SCHEMA).build();
    ProtoEncoder encoder = ProtoCompiler.compile(outer, List.of(), Map.of(), RowShape.Rules.USUAL);
    for (int length : new int[] {125, 126, 127, 128, 16_380, 16_384, 2_100_000}) {
      String text = "y".repeat(length);
      Struct row = new Struct(outer).put("i", new Struct(inner).put("t", text)).put("z", 1);
      assertEquals(
          Map.of("i", Map.of("t", text), "z", 1L),
          new ProtoRowsReader(encoder).row(bytes(encoder, row)));
    }
  }

  @Test
  void aRangeTakesStartAndEndInTheTypeOfItsElement() {
    Schema range =
        SchemaBuilder.struct()
            .field("start", Timestamp.builder().optional().build())
            .field("end", Timestamp.builder().optional().build())
            .build();
    Schema schema = row(range);
    TableFieldSchema column =
        new TableFieldSchema()
            .setName("v")
            .setType("RANGE")
            .setRangeElementType(
                new com.google.api.services.bigquery.model.TableFieldSchema.RangeElementType()
                    .setType("DATETIME"));
    ProtoEncoder encoder =
        ProtoCompiler.compile(schema, List.of(column), Map.of(), RowShape.Rules.USUAL);
    Struct row = new Struct(schema).put("v", new Struct(range).put("start", new Date(0)));
    assertEquals(
        Map.of(
            "v",
            Map.of(
                "start",
                CivilTimeEncoder.encodePacked64DatetimeMicrosLocalDateTime(
                    java.time.LocalDateTime.parse("1970-01-01T00:00")))),
        new ProtoRowsReader(encoder).row(bytes(encoder, row)));
  }

  @Test
  void fieldsOfTheSinkGetTagsAndMayNotBeTakenByTheRecord() {
    Schema schema = row(Schema.INT32_SCHEMA);
    ProtoEncoder encoder =
        ProtoCompiler.compile(
            schema, List.of(), Map.of("__kafka_offset", Type.TYPE_INT64), RowShape.Rules.USUAL);
    ProtoBuffer buffer = new ProtoBuffer(8);
    encoder.write(new Struct(schema).put("v", 1), buffer);
    buffer.varint(encoder.extraTag("__kafka_offset"));
    buffer.varint(77);
    assertEquals(
        Map.of("v", 1L, "__kafka_offset", 77L), new ProtoRowsReader(encoder).row(buffer.copy(0)));
    assertThrows(
        BadRowException.class,
        () ->
            ProtoCompiler.compile(
                schema, List.of(), Map.of("V", Type.TYPE_INT64), RowShape.Rules.USUAL));
  }

  @Test
  void thePolicyForNumbersThatAreNone() {
    Schema schema = row(Schema.FLOAT64_SCHEMA);
    Struct row = new Struct(schema).put("v", Double.POSITIVE_INFINITY);
    ProtoEncoder nulls =
        ProtoCompiler.compile(
            schema, List.of(), Map.of(), RowShape.Rules.USUAL.with(FloatPolicy.NULL));
    assertEquals(Map.of(), new ProtoRowsReader(nulls).row(bytes(nulls, row)));
    assertEquals(
        Map.of("v", 1.5),
        new ProtoRowsReader(nulls).row(bytes(nulls, new Struct(schema).put("v", 1.5))));
    ProtoEncoder rejects =
        ProtoCompiler.compile(
            schema, List.of(), Map.of(), RowShape.Rules.USUAL.with(FloatPolicy.REJECT));
    assertThrows(BadRowException.class, () -> bytes(rejects, row));
  }

  @Test
  void decimalsOfEverySizeAreWrittenAsTheyAre() {
    Random random = new Random(7);
    ProtoBuffer buffer = new ProtoBuffer(4);
    for (int i = 0; i < 20_000; i++) {
      int scale = random.nextInt(10);
      long digits = random.nextLong() % (long) Math.pow(10, 1 + random.nextInt(18));
      buffer.backTo(0);
      buffer.lengthAndDecimal(digits, scale);
      byte[] text = Arrays.copyOfRange(buffer.array(), 1, buffer.position());
      assertEquals(BigDecimal.valueOf(digits, scale).toPlainString(), new String(text, UTF_8));
      assertEquals(text.length, buffer.array()[0]);
    }
  }
}
