package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.ManifestCodec;
import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.domo.rows.RowSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;

/** What a read_committed consumer sees of a DataSet: rows by snapshot and manifests in order. */
final class SnapshotLog {
  private final JsonConverter keys = new JsonConverter();
  private final JsonConverter values = new JsonConverter();
  private final SimpleHeaderConverter headers = new SimpleHeaderConverter();
  private final Map<String, Map<Long, Row>> rows = new LinkedHashMap<>();
  private final List<SnapshotManifest> manifests = new ArrayList<>();

  SnapshotLog() {
    keys.configure(Map.of(), true);
    values.configure(Map.of(), false);
  }

  /** A row as it lies in Kafka. */
  record Row(String topic, int partition, long offset, Object key, Struct value, Headers headers) {}

  void add(ConsumerRecord<byte[], byte[]> record, String manifestTopic) {
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
    Row row =
        new Row(record.topic(), record.partition(), record.offset(), key, (Struct) value, read);
    Row twice = rows.computeIfAbsent(tag.snapshot(), s -> new TreeMap<>()).put(tag.ordinal(), row);
    assertTrue(twice == null, () -> "ordinal " + tag.ordinal() + " twice in " + tag.snapshot());
  }

  List<SnapshotManifest> manifests() {
    return manifests;
  }

  /** Ids of snapshots with rows, in the order of their first rows. */
  List<String> snapshots() {
    return List.copyOf(rows.keySet());
  }

  List<Row> rows(String snapshot) {
    return List.copyOf(rows.getOrDefault(snapshot, Map.of()).values());
  }

  int rowCount() {
    return rows.values().stream().mapToInt(Map::size).sum();
  }

  /** The rows of the manifest's snapshot are the DataSet: all, in order, each once. */
  void assertIs(SnapshotManifest manifest, RowSource expected) {
    Map<Long, Row> found = rows.getOrDefault(manifest.snapshot(), Map.of());
    assertEquals(
        LongStream.rangeClosed(1, expected.rowCount()).boxed().toList(),
        List.copyOf(found.keySet()),
        "every ordinal once, from 1");
    assertEquals(
        Rendered.rows(expected),
        found.values().stream().map(r -> Rendered.row(r.value())).toList());
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
