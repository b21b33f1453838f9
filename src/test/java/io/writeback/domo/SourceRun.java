package io.writeback.domo;

import io.writeback.snapshot.ManifestCodec;
import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.Await;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoStandIn;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.management.JMX;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * A task in a worker of a few lines: one poll is one transaction, and what is committed stays when
 * the task goes. Made after Connect's ExactlyOnceWorkerSourceTask and WorkerSourceTask.
 */
final class SourceRun implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(60);

  private final Map<String, String> config = new HashMap<>();
  private final Map<Map<String, ?>, Map<String, Object>> offsets = new HashMap<>();
  private final List<SourceRecord> log = new ArrayList<>();
  private final List<Integer> batches = new ArrayList<>();
  private final Map<SourceRecord, RecordMetadata> late = new LinkedHashMap<>();
  private final SeenMetrics metrics = new SeenMetrics();
  private final Set<String> offsetReaders = new LinkedHashSet<>();
  private Predicate<SourceRecord> dropped = record -> false;
  private InstantSource clock = InstantSource.system();
  private Supplier<DomoSourceTask> maker = this::byDefault;
  private boolean reportsHeld;
  private DomoSourceTask task;

  SourceRun(DomoStandIn domo, Path spool, DomoDataSet... dataSets) {
    config.put("name", "run");
    config.put("exactly.once.support", "required");
    config.put("domo.client.id", "client");
    config.put("domo.client.secret", "secret");
    config.put("domo.api.url", domo.endpoint().toString());
    config.put(
        "domo.datasets",
        String.join(",", Arrays.stream(dataSets).map(d -> d.id() + ":" + d.name()).toList()));
    config.put("domo.spool.dir", spool.toString());
    config.put("domo.poll.interval.ms", "50");
    config.put("domo.retry.backoff.ms", "20");
    config.put("domo.retry.backoff.max.ms", "100");
    config.put("domo.settle.max.ms", "0");
    config.put("domo.read.timeout.ms", "700");
    config.put("domo.batch.max.rows", "10");
    config.put("domo.requests.per.minute", "60000");
  }

  SourceRun with(String key, String value) {
    config.put(key, value);
    return this;
  }

  /** What transforms take away. */
  SourceRun dropping(Predicate<SourceRecord> which) {
    dropped = which;
    return this;
  }

  /** What time it is for the task. */
  SourceRun at(InstantSource time) {
    clock = time;
    return this;
  }

  /** What the task shows over JMX. */
  DomoSourceStatusMXBean status() {
    return JMX.newMXBeanProxy(
        ManagementFactory.getPlatformMBeanServer(),
        TaskJournal.objectName(config.get("name"), 0),
        DomoSourceStatusMXBean.class);
  }

  /** Rounds until the task says this of a DataSet. */
  String untilStatus(String alias, String part) throws Exception {
    until(alias + " " + part, () -> status().getDatasets().getOrDefault(alias, "").contains(part));
    return status().getDatasets().get(alias);
  }

  private DomoSourceTask byDefault() {
    return new DomoSourceTask(
        (parsed, metrics) -> new HttpDomoApi(parsed.http(), metrics, InstantSource.system()),
        clock);
  }

  /** Keeps Connect's reports back, as a slow broker does without exactly-once support. */
  SourceRun holdingReports() {
    reportsHeld = true;
    return this;
  }

  /** Gives one report that was kept back. */
  void reportOne() {
    SourceRecord record = late.keySet().iterator().next();
    task.commitRecord(record, late.remove(record));
  }

  /** Reports that are kept back. */
  int late() {
    return late.size();
  }

  /** With another task than the one that Connect makes. */
  SourceRun making(Supplier<DomoSourceTask> other) {
    maker = other;
    return this;
  }

  SeenMetrics metrics() {
    return metrics;
  }

  /** Names of the threads that read offsets. */
  Set<String> offsetReaders() {
    return offsetReaders;
  }

  SourceRun start() {
    task = maker.get();
    task.initialize(new Context());
    task.start(config);
    return this;
  }

  /** One round of the worker; the number of records of the batch. */
  int round() throws InterruptedException {
    List<SourceRecord> batch = task.poll();
    if (batch == null) {
      return 0;
    }
    batches.add(batch.size());
    Map<SourceRecord, RecordMetadata> reports = new LinkedHashMap<>();
    boolean sent = false;
    for (SourceRecord record : batch) {
      if (dropped.test(record)) {
        reports.put(record, null);
      } else {
        reports.put(record, append(record));
        offsets.put(record.sourcePartition(), new HashMap<>(record.sourceOffset()));
        sent = true;
      }
    }
    // Without anything sent there is no transaction, and so no report, with exactly-once support.
    if (reportsHeld) {
      late.putAll(reports);
    } else if (sent || !"required".equals(config.get("exactly.once.support"))) {
      reports.forEach(task::commitRecord);
    }
    return batch.size();
  }

  private RecordMetadata append(SourceRecord record) {
    long offset = log.stream().filter(r -> r.topic().equals(record.topic())).count();
    log.add(record);
    return new RecordMetadata(new TopicPartition(record.topic(), 0), offset, 0, 0, 0, 0);
  }

  /** Rounds until the condition holds; a round that fails ends the wait with its exception. */
  void until(String what, Callable<Boolean> condition) throws Exception {
    AtomicReference<Exception> failure = new AtomicReference<>();
    Await.until(
        what,
        LIMIT,
        () -> {
          if (condition.call()) {
            return true;
          }
          try {
            round();
          } catch (Exception e) {
            failure.set(e);
            return true;
          }
          return condition.call();
        });
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  SnapshotManifest manifest(int number) throws Exception {
    until("manifest " + number, () -> manifests().size() >= number);
    return manifests().get(number - 1);
  }

  void stop() {
    if (task != null) {
      task.stop();
      task = null;
    }
  }

  List<SnapshotManifest> manifests() {
    return log.stream()
        .filter(SourceRun::isManifest)
        .map(record -> ManifestCodec.fromValue(record.value()))
        .toList();
  }

  /** Everything sent, in its order. */
  List<SourceRecord> records() {
    return log;
  }

  static boolean isManifest(SourceRecord record) {
    return record.valueSchema() == ManifestCodec.VALUE_SCHEMA;
  }

  /** Rows sent, in their order. */
  List<SourceRecord> rows() {
    return log.stream().filter(record -> !isManifest(record)).toList();
  }

  /** Rows of a snapshot as text, in their order, with their ordinals. */
  List<String> rows(String snapshot) {
    return rows().stream()
        .filter(r -> tag(r).snapshot().equals(snapshot))
        .map(r -> tag(r).ordinal() + ":" + Rendered.row((Struct) r.value()))
        .toList();
  }

  Set<String> snapshots() {
    Set<String> ids = new LinkedHashSet<>();
    rows().forEach(record -> ids.add(tag(record).snapshot()));
    return ids;
  }

  List<Integer> batches() {
    return batches;
  }

  Map<Map<String, ?>, Map<String, Object>> offsets() {
    return offsets;
  }

  DomoSourceTask task() {
    return task;
  }

  static SnapshotHeaders.RowTag tag(SourceRecord record) {
    return SnapshotHeaders.rowTag(record.headers()).orElseThrow();
  }

  @Override
  public void close() {
    stop();
  }

  private final class Context implements SourceTaskContext {
    @Override
    public Map<String, String> configs() {
      return config;
    }

    @Override
    public OffsetStorageReader offsetStorageReader() {
      return new Reader();
    }

    @Override
    public PluginMetrics pluginMetrics() {
      return metrics;
    }
  }

  private final class Reader implements OffsetStorageReader {
    @Override
    public <T> Map<String, Object> offset(Map<String, T> partition) {
      return offsets.get(partition);
    }

    @Override
    public <T> Map<Map<String, T>, Map<String, Object>> offsets(
        Collection<Map<String, T>> partitions) {
      offsetReaders.add(Thread.currentThread().getName());
      Map<Map<String, T>, Map<String, Object>> found = new HashMap<>();
      partitions.forEach(p -> found.put(p, offsets.get(p)));
      return found;
    }
  }
}
