package io.writeback.sink;

import io.writeback.snapshot.ManifestCodec;
import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.snapshot.SnapshotManifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;

/** Logs of partitions, and what the group has committed. Outlives every task. */
final class FakeKafka {
  static final Schema ROW =
      SchemaBuilder.struct()
          .field("id", Schema.INT64_SCHEMA)
          .field("kind", Schema.STRING_SCHEMA)
          .build();

  private final Map<TopicPartition, SortedMap<Long, Optional<SinkRecord>>> logs = new HashMap<>();
  final Map<TopicPartition, Long> committed = new HashMap<>();
  final List<String> reported = new ArrayList<>();

  static TopicPartition tp(String topic, int partition) {
    return new TopicPartition(topic, partition);
  }

  /** Appends a plain row and says where it lies. */
  String row(TopicPartition partition, String kind) {
    return add(partition, ROW, value(partition, kind), new ConnectHeaders());
  }

  /** Appends a row of a snapshot. */
  String row(TopicPartition partition, String kind, String snapshot, long ordinal) {
    ConnectHeaders headers = new ConnectHeaders();
    SnapshotHeaders.dataset(headers, "d1", "Data Set");
    SnapshotHeaders.row(headers, snapshot, ordinal);
    return add(partition, ROW, value(partition, kind), headers);
  }

  void manifest(TopicPartition partition, SnapshotManifest manifest) {
    add(
        partition,
        ManifestCodec.VALUE_SCHEMA,
        ManifestCodec.toValue(manifest),
        new ConnectHeaders());
  }

  /** An offset whose record a transform drops before the task sees it, or a transaction marker. */
  void invisible(TopicPartition partition) {
    log(partition).put(end(partition), Optional.empty());
  }

  String add(TopicPartition partition, Schema schema, Object value, ConnectHeaders headers) {
    long offset = end(partition);
    SinkRecord record =
        new SinkRecord(
            partition.topic(),
            partition.partition(),
            null,
            null,
            schema,
            value,
            offset,
            0L,
            TimestampType.CREATE_TIME,
            headers);
    log(partition).put(offset, Optional.of(record));
    return partition + "@" + offset;
  }

  SortedMap<Long, Optional<SinkRecord>> log(TopicPartition partition) {
    return logs.computeIfAbsent(partition, p -> new TreeMap<>());
  }

  long end(TopicPartition partition) {
    return log(partition).isEmpty() ? 0 : log(partition).lastKey() + 1;
  }

  long start(TopicPartition partition) {
    return log(partition).isEmpty() ? 0 : log(partition).firstKey();
  }

  /** The topic is made again: empty, from offset 0. */
  void recreate(TopicPartition partition) {
    log(partition).clear();
  }

  private Struct value(TopicPartition partition, String kind) {
    return new Struct(ROW).put("id", end(partition)).put("kind", kind);
  }
}
