package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.writeback.snapshot.ManifestCodec;
import io.writeback.standin.domo.rows.RandomRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.kafka.connect.data.Field;
import org.junit.jupiter.api.Test;

/**
 * A7: what an Avro converter makes of our schemas. It takes the names as they are, and Avro's own
 * library refuses what it does not like.
 */
class AvroNamesTest {
  private static final Decimals DECIMALS = new Decimals(Decimals.Handling.of("precise"), 9);

  @Test
  void avroTakesEveryNameOfASafeSchema() {
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      List<DomoColumn> columns = columns(random);
      String dataset = UUID.nameUUIDFromBytes(new byte[] {(byte) i, (byte) (i >> 8)}).toString();
      RecordShape shape;
      try {
        shape =
            RecordShape.of(
                dataset, columns, List.of(columns.get(0).name()), FieldNames.SAFE, DECIMALS);
      } catch (io.writeback.retry.FaultException twoColumnsBecomeOne) {
        continue;
      }
      assertNotNull(avro(shape.value()));
      assertNotNull(avro(shape.key()));
      assertEquals(
          columns.stream().map(DomoColumn::name).toList(),
          shape.value().fields().stream()
              .map(field -> field.schema().parameters().get(RecordShape.COLUMN_PARAMETER))
              .toList());
    }
  }

  @Test
  void avroRefusesDomosOwnExamplesAsTheyAre() {
    for (String name : List.of("% of Inventory Value", "Order Date", "1st")) {
      RecordShape shape =
          RecordShape.of(
              UUID.randomUUID().toString(),
              List.of(new DomoColumn(name, ColumnType.STRING)),
              List.of(),
              FieldNames.AS_IS,
              DECIMALS);
      assertThrows(SchemaParseException.class, () -> avro(shape.value()), name);
    }
    RandomRows.of(1, 1)
        .columns()
        .forEach(column -> assertNotNull(field(FieldNames.safe(column.name()))));
  }

  @Test
  void avroTakesTheManifest() {
    assertNotNull(avro(ManifestCodec.VALUE_SCHEMA));
  }

  private static List<DomoColumn> columns(Random random) {
    List<DomoColumn> columns = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      StringBuilder name = new StringBuilder();
      for (int n = random.nextInt(8); n > 0; n--) {
        String from = "aZ09_ -.%$/\"'äß漢\uD83D\uDE00\n";
        name.appendCodePoint(from.codePointAt(random.nextInt(from.length())));
      }
      columns.add(new DomoColumn(name.toString(), ColumnType.STRING));
    }
    return columns;
  }

  /** Names as Confluent's AvroData uses them: a record by its schema's name, fields by theirs. */
  private static Schema avro(org.apache.kafka.connect.data.Schema schema) {
    return switch (schema.type()) {
      case STRUCT -> {
        List<Schema.Field> fields = new ArrayList<>();
        for (Field field : schema.fields()) {
          fields.add(new Schema.Field(field.name(), avro(field.schema())));
        }
        yield Schema.createRecord(
            Optional.ofNullable(schema.name()).orElseThrow(), "", null, false, fields);
      }
      case ARRAY -> Schema.createArray(avro(schema.valueSchema()));
      default -> Schema.create(Schema.Type.STRING);
    };
  }

  private static Schema.Field field(String name) {
    return new Schema.Field(name, Schema.create(Schema.Type.STRING));
  }
}
