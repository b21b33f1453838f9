package io.writeback.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.domo.SnapshotLog;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.domo.DataVersion;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.rows.RowSource;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A Domo source connector, its DataSet, and what a read_committed consumer sees of it. The oracle
 * is the stand-in's own content of each version.
 */
final class Feed {
  private final String name;
  private final DomoDataSet dataSet;
  private final Path spool;
  private final SnapshotLog log = new SnapshotLog();

  Feed(String name, DomoDataSet dataSet, Path spool) {
    this.name = name;
    this.dataSet = dataSet;
    this.spool = spool;
  }

  String name() {
    return name;
  }

  Path spool() {
    return spool;
  }

  SnapshotLog log() {
    return log;
  }

  DomoDataSet dataSet() {
    return dataSet;
  }

  Map<String, String> config(URI domo) {
    Map<String, String> config = new HashMap<>();
    config.put("name", name);
    config.put("connector.class", "io.writeback.domo.DomoSourceConnector");
    config.put("tasks.max", "1");
    config.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("exactly.once.support", "required");
    config.put("domo.client.id", "client");
    config.put("domo.client.secret", "secret");
    config.put("domo.api.url", domo.toString());
    config.put("domo.datasets", dataSet.id() + ":rows");
    config.put("domo.topic.format", name + ".{alias}");
    config.put("snapshot.topic", manifestTopic());
    config.put("domo.spool.dir", spool.toString());
    config.put("domo.poll.interval.ms", "200");
    config.put("domo.settle.max.ms", "0");
    config.put("domo.batch.max.rows", "20");
    config.put("topic.creation.default.partitions", "2");
    config.put("topic.creation.default.replication.factor", "1");
    config.put("topic.creation.groups", "manifests");
    config.put("topic.creation.manifests.include", manifestTopic());
    config.put("topic.creation.manifests.partitions", "1");
    return config;
  }

  boolean owns(String topic) {
    return topic.startsWith(name + ".");
  }

  void add(ConsumerRecord<byte[], byte[]> record) {
    log.add(record, manifestTopic());
  }

  /** Whether the newest version has its manifest. */
  boolean isComplete() {
    return log.manifests().stream().anyMatch(m -> m.versionTime().equals(newest().recordedAt()));
  }

  private DataVersion newest() {
    return dataSet.recorded();
  }

  /** Each version that was published has one manifest, in order, and nothing else was sent. */
  void assertEveryVersionOnce() {
    assertEquals(
        dataSet.versions().stream().map(DataVersion::recordedAt).toList(),
        log.manifests().stream().map(SnapshotManifest::versionTime).toList(),
        name + ": one manifest for each version");
    assertManifestsHold();
    assertEquals(
        log.manifests().stream().map(SnapshotManifest::snapshot).toList(),
        log.snapshots(),
        name + ": one snapshot id for each version");
  }

  /**
   * Versions may have been skipped and snapshots given up: what has a manifest is a version, the
   * last one is the newest, and what has none is the beginning of one.
   */
  void assertNothingTorn() {
    Set<String> complete = new HashSet<>();
    log.manifests().forEach(m -> assertTrue(complete.add(m.snapshot()), "manifest twice: " + m));
    assertManifestsHold();
    for (String snapshot : log.snapshots()) {
      if (!complete.contains(snapshot)) {
        List<Long> ordinals = log.ordinals(snapshot);
        assertEquals(
            LongStream.rangeClosed(1, ordinals.size()).boxed().toList(),
            ordinals,
            name + ": a beginning");
      }
    }
  }

  private void assertManifestsHold() {
    List<SnapshotManifest> manifests = log.manifests();
    List<Object> times = new ArrayList<>();
    for (SnapshotManifest manifest : manifests) {
      times.add(manifest.versionTime());
      log.assertIs(manifest, content(manifest));
    }
    assertEquals(times.stream().distinct().sorted().toList(), times, name + ": versions in order");
    assertEquals(newest().recordedAt(), manifests.get(manifests.size() - 1).versionTime());
  }

  private RowSource content(SnapshotManifest manifest) {
    return dataSet.versions().stream()
        .filter(v -> v.recordedAt().equals(manifest.versionTime()))
        .findFirst()
        .map(dataSet::contentAt)
        .orElseThrow(() -> new AssertionError("no version is of " + manifest.versionTime()));
  }

  private String manifestTopic() {
    return name + ".snapshots";
  }
}
