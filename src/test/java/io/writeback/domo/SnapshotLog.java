package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.writeback.snapshot.ManifestCodec;
import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.domo.rows.RowSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;

/** What a read_committed consumer sees of a DataSet: rows by snapshot and manifests in order. */
public final class SnapshotLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonConverter keys = new JsonConverter();
  private final JsonConverter values = new JsonConverter();
  private final SimpleHeaderConverter headers = new SimpleHeaderConverter();
  private final Map<String, Map<Long, Row>> rows = new LinkedHashMap<>();
  private final List<SnapshotManifest> manifests = new ArrayList<>();

  public SnapshotLog() {
    keys.configure(Map.of(), true);
    values.configure(Map.of(), false);
  }

  /** A row as it lies in Kafka. */
  public record Row(
      String topic, int partition, long offset, Object key, Struct value, Headers headers) {}

  public void add(ConsumerRecord<byte[], byte[]> record, String manifestTopic) {
    Object value = values.toConnectData(record.topic(), record.value()).value();
    if (record.topic().equals(manifestTopic)) {
      manifests.add(ManifestCodec.fromValue(value));
      return;
    }
    Headers read = new ConnectHeaders();
    record
        .headers()
        .forEach(h -> read.add(h.key(), headers.toConnectHeader("", h.key(), h.value())));
    SnapshotHeaders.RowTag tag = SnapshotHeaders.rowTag(read).orElseThrow();
    Object key =
        record.key() == null ? null : keys.toConnectData(record.topic(), record.key()).value();
    Struct struct = withExactDoubles((Struct) value, record.value());
    Row row = new Row(record.topic(), record.partition(), record.offset(), key, struct, read);
    Row twice = rows.computeIfAbsent(tag.snapshot(), s -> new TreeMap<>()).put(tag.ordinal(), row);
    assertTrue(twice == null, () -> "ordinal " + tag.ordinal() + " twice in " + tag.snapshot());
  }

  /** Kafka's JSON deserializer reads numbers as BigDecimal, which has no -0.0. */
  private static Struct withExactDoubles(Struct struct, byte[] json) {
    JsonNode payload;
    try {
      payload = JSON.readTree(json).get("payload");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Field field : struct.schema().fields()) {
      JsonNode number = payload.get(field.name());
      if (field.schema().type() == Schema.Type.FLOAT64 && number.isDouble()) {
        struct.put(field, number.doubleValue());
      }
    }
    return struct;
  }

  public List<SnapshotManifest> manifests() {
    return manifests;
  }

  /** Ids of snapshots with rows, in the order of their first rows. */
  public List<String> snapshots() {
    return List.copyOf(rows.keySet());
  }

  public List<Row> rows(String snapshot) {
    return List.copyOf(rows.getOrDefault(snapshot, Map.of()).values());
  }

  /** Ordinals of a snapshot's rows, ascending. */
  public List<Long> ordinals(String snapshot) {
    return List.copyOf(rows.getOrDefault(snapshot, Map.of()).keySet());
  }

  public int rowCount() {
    return rows.values().stream().mapToInt(Map::size).sum();
  }

  /** The rows of the manifest's snapshot are the DataSet: all, in order, each once. */
  public void assertIs(SnapshotManifest manifest, RowSource expected) {
    Map<Long, Row> found = rows.getOrDefault(manifest.snapshot(), Map.of());
    assertEquals(
        LongStream.rangeClosed(1, expected.rowCount()).boxed().toList(),
        List.copyOf(found.keySet()),
        "every ordinal once, from 1");
    List<String> rows = Rendered.rows(expected);
    found.forEach(
        (ordinal, row) -> assertEquals(rows.get((int) (ordinal - 1)), Rendered.row(row.value())));
    assertEquals(expected.rowCount(), manifest.rows());
    assertEquals(0, manifest.dropped());
    manifest.ranges().ifPresent(ranges -> assertRanges(ranges, found));
  }

  private static void assertRanges(List<SnapshotManifest.Range> ranges, Map<Long, Row> found) {
    Map<String, List<Row>> places =
        found.values().stream()
            .collect(
                Collectors.groupingBy(
                    r -> r.topic() + "-" + r.partition(), TreeMap::new, Collectors.toList()));
    Map<String, String> expected = new TreeMap<>();
    places.forEach(
        (place, rows) ->
            expected.put(
                place,
                rows.stream().mapToLong(Row::offset).min().orElseThrow()
                    + ".."
                    + (rows.stream().mapToLong(Row::offset).max().orElseThrow() + 1)
                    + " "
                    + rows.size()));
    Map<String, String> said = new TreeMap<>();
    ranges.forEach(
        r ->
            said.put(r.topic() + "-" + r.partition(), r.first() + ".." + r.end() + " " + r.rows()));
    assertEquals(expected, said);
  }
}
