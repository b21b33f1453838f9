package io.writeback.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest.Column;
import io.writeback.snapshot.SnapshotManifest.Range;
import io.writeback.snapshot.SnapshotManifest.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;

class ManifestCodecTest {
  private static final SnapshotManifest FULL =
      new SnapshotManifest(
          "0a-1b",
          "Ordérs, 2026",
          "domo.orders",
          "domo-source",
          "smh1x00ff",
          "v17",
          Instant.ofEpochMilli(1_763_640_000_123L),
          Reason.RESEND,
          3_000_000_000L,
          2,
          Optional.of(List.of(new Range("domo.orders", 0, 5, 3_000_000_017L, 3_000_000_000L))),
          List.of(
              new Column("id", "int64", Optional.empty(), Optional.empty(), true),
              new Column(
                  "price",
                  "bytes",
                  Optional.of("org.apache.kafka.connect.data.Decimal"),
                  Optional.of(2),
                  false)),
          "fp",
          "hash",
          "27",
          Instant.ofEpochMilli(1),
          Instant.ofEpochMilli(2));

  private static final SnapshotManifest BARE =
      new SnapshotManifest(
          "0a-1b",
          null,
          "domo.orders",
          "domo-source",
          "s1",
          "v",
          null,
          Reason.FIRST,
          0,
          0,
          Optional.empty(),
          List.of(),
          null,
          null,
          null,
          null,
          null);

  @Test
  void comesBackEqualFromAStruct() {
    assertEquals(FULL, ManifestCodec.fromValue(ManifestCodec.toValue(FULL)));
    assertEquals(BARE, ManifestCodec.fromValue(ManifestCodec.toValue(BARE)));
  }

  @Test
  void comesBackEqualThroughJsonWithAndWithoutSchemas() {
    for (boolean schemas : new boolean[] {true, false}) {
      try (JsonConverter converter = new JsonConverter()) {
        converter.configure(Map.of("schemas.enable", schemas), false);
        for (SnapshotManifest manifest : List.of(FULL, BARE)) {
          byte[] json =
              converter.fromConnectData(
                  "t", ManifestCodec.VALUE_SCHEMA, ManifestCodec.toValue(manifest));
          SchemaAndValue read = converter.toConnectData("t", json);
          assertEquals(manifest, ManifestCodec.fromValue(read.value()));
        }
      }
    }
  }

  @Test
  void fieldNamesAreAvroSafe() {
    ManifestCodec.VALUE_SCHEMA
        .fields()
        .forEach(field -> assertTrue(field.name().matches("[A-Za-z_][A-Za-z0-9_]*"), field.name()));
  }

  @Test
  void whatIsNoManifestIsRefusedInWords() {
    for (Object value : new Object[] {null, "text", 7, "x".getBytes(StandardCharsets.UTF_8)}) {
      DataException refused =
          assertThrows(DataException.class, () -> ManifestCodec.fromValue(value));
      assertTrue(refused.getMessage().contains("snapshot.topic"), refused.getMessage());
    }
    assertThrows(DataException.class, () -> ManifestCodec.fromValue(Map.of("contract", 1)));
    DataException newer =
        assertThrows(DataException.class, () -> ManifestCodec.fromValue(Map.of("contract", 2)));
    assertTrue(newer.getMessage().contains("upgrade the sink"), newer.getMessage());
  }
}
