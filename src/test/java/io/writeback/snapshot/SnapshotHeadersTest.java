package io.writeback.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.junit.jupiter.api.Test;

/** F10 of the delivery design: the default header converter reads texts as numbers and times. */
class SnapshotHeadersTest {
  /** Names that the worker's default converter would turn into something else. */
  private static final String[] TRICKY_NAMES = {
    "00123", "1,234", "true", "2026-11-20", "1763640000000", "{\"v\":1}", "null", "1e5", "", " a "
  };

  @Test
  void everyNameAndIdSurvivesTheWorkersDefaultHeaderConverter() throws IOException {
    for (String name : TRICKY_NAMES) {
      Headers headers = new ConnectHeaders();
      SnapshotHeaders.dataset(headers, "1e567", name);
      Headers read = throughTheWire(headers);
      assertEquals(Optional.of("1e567"), SnapshotHeaders.datasetId(read));
      assertEquals(Optional.of(name), SnapshotHeaders.datasetName(read));
    }
  }

  @Test
  void everySnapshotIdSurvivesTheWorkersDefaultHeaderConverter() throws IOException {
    SnapshotIds ids =
        new SnapshotIds(
            InstantSource.fixed(Instant.ofEpochMilli(1_763_640_000_000L)), new Random(7));
    Set<String> seen = new HashSet<>();
    for (int i = 1; i <= 1000; i++) {
      String id = ids.next();
      assertEquals('s', id.charAt(0), "text for every converter that guesses");
      Headers headers = new ConnectHeaders();
      SnapshotHeaders.row(headers, id, i * 10_000_000_000L);
      Headers read = throughTheWire(headers);
      assertEquals(
          id, read.lastWithName(SnapshotHeaders.SNAPSHOT).value(), "a text, for everybody");
      SnapshotHeaders.RowTag tag = SnapshotHeaders.rowTag(read).orElseThrow();
      assertEquals(id, tag.snapshot());
      assertEquals(i * 10_000_000_000L, tag.ordinal());
      seen.add(id);
    }
    assertEquals(1000, seen.size());
  }

  @Test
  void anOrdinalIsReadAsNumberOrAsText() {
    for (Object value : new Object[] {(byte) 5, 5, 5L, "5"}) {
      Headers headers = new ConnectHeaders();
      headers.add(SnapshotHeaders.SNAPSHOT, "s1", null);
      headers.add(SnapshotHeaders.ROW, value, null);
      assertEquals(5, SnapshotHeaders.rowTag(headers).orElseThrow().ordinal());
    }
  }

  @Test
  void halfATagOrAnUnreadableOneIsAnError() {
    Headers onlySnapshot = new ConnectHeaders();
    onlySnapshot.add(SnapshotHeaders.SNAPSHOT, "s1", null);
    assertThrows(DataException.class, () -> SnapshotHeaders.rowTag(onlySnapshot));
    for (Object value : new Object[] {"x", 0, -1}) {
      Headers headers = new ConnectHeaders();
      headers.add(SnapshotHeaders.SNAPSHOT, "s1", null);
      headers.add(SnapshotHeaders.ROW, value, null);
      assertThrows(DataException.class, () -> SnapshotHeaders.rowTag(headers));
    }
    assertEquals(Optional.empty(), SnapshotHeaders.rowTag(new ConnectHeaders()));
  }

  private static Headers throughTheWire(Headers headers) throws IOException {
    Headers read = new ConnectHeaders();
    try (SimpleHeaderConverter converter = new SimpleHeaderConverter()) {
      for (Header header : headers) {
        byte[] bytes =
            converter.fromConnectHeader("t", header.key(), header.schema(), header.value());
        SchemaAndValue value = converter.toConnectHeader("t", header.key(), bytes);
        read.add(header.key(), value);
      }
    }
    return read;
  }
}
