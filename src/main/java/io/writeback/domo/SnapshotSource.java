package io.writeback.domo;

import io.writeback.metrics.TaskMetrics;
import io.writeback.snapshot.SnapshotIds;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A running task: a fetch thread that talks to Domo, and the poll side that talks to Connect.
 * Everything is final; {@link #start} makes no network call.
 */
final class SnapshotSource implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotSource.class);

  /** {@code stop} runs on the task's thread between polls, and a worker waits 5 s by default. */
  private static final long POLL_WAIT_MS = 1000;

  private static final long JOIN_MS = 2000;
  private static final long STUCK_MS = 60_000;
  private static final long SWEEP_MS = 3_600_000;

  private final DomoSourceConfig config;
  private final OffsetStorageReader offsets;
  private final DomoApi api;
  private final SpoolDirectory spools;
  private final SourceMetrics metrics;
  private final InstantSource clock;
  private final RandomGenerator random = new SecureRandom();
  private final FetchLoop loop;
  private final EmissionQueue queue;
  private final DatasetWatch.Services services;
  private final IncrementalWatch.Services cursorServices;
  private final TaskJournal journal;
  private final PollTimes times;
  private final Thread thread;
  private volatile long lastPollMs;
  private boolean stuck;
  private long nextSweepMs;

  SnapshotSource(
      DomoSourceConfig config,
      OffsetStorageReader offsets,
      TaskMetrics taskMetrics,
      DomoApi api,
      InstantSource clock) {
    this.config = config;
    this.offsets = offsets;
    this.api = api;
    this.clock = clock;
    this.metrics = new SourceMetrics(taskMetrics);
    this.spools = config.spoolDirectory();
    this.lastPollMs = clock.millis();
    VersionDetector detector = new MarkedVersions(api);
    DatasetSettings settings = config.datasetSettings();
    this.services =
        new DatasetWatch.Services(
            api,
            detector,
            new SnapshotFetch(
                api,
                detector,
                config.verification(),
                settings,
                config.cursorSettings(),
                metrics,
                clock),
            spools,
            settings,
            new SnapshotIds(clock, random),
            metrics,
            clock,
            selects(config.selection()),
            config.streams() ? Optional.of(work -> loop().hand(work)) : Optional.empty(),
            () -> queue().wake(),
            config.resumes());
    this.journal =
        new TaskJournal(
            config.connectorName(),
            config.selection().task(),
            config.failsTogether() ? cause -> queue().fail(cause) : cause -> {},
            clock);
    this.times = config.pollTimes();
    PageFetch pages = new PageFetch(api, settings.forms(), config.cursorSettings());
    this.cursorServices =
        new IncrementalWatch.Services(
            api,
            detector,
            pages,
            new CursorProbe(api, pages),
            settings,
            config.cursorSettings(),
            metrics,
            clock,
            random,
            config.policy(),
            times.pollMs(),
            selects(config.selection()),
            config.mode() == ReadMode.SNAPSHOT_INCREMENTAL);
    this.loop =
        new FetchLoop(
            config.timing(),
            new WatchRoster(new Discovery(api, config.selection()), times, this::watches, clock),
            this::ready,
            cause -> queue().fail(cause),
            this::heartbeat,
            clock,
            random);
    this.queue = new EmissionQueue(loop, metrics);
    metrics.spoolBytes(spools::usedBytes);
    metrics.sincePoll(() -> clock.millis() - lastPollMs);
    this.thread = new Thread(inContext(loop), "domo-fetch-" + config.connectorName());
    thread.setDaemon(true);
    thread.setContextClassLoader(SnapshotSource.class.getClassLoader());
  }

  SnapshotSource start() {
    journal.show();
    thread.start();
    return this;
  }

  List<SourceRecord> poll() throws InterruptedException {
    lastPollMs = clock.millis();
    return queue.poll(POLL_WAIT_MS);
  }

  void acknowledged(SourceRecord record, RecordMetadata metadata) {
    queue.acknowledged(record, metadata);
  }

  /** Stops within about two seconds, in the middle of a download too; spools stay. */
  @Override
  public void close() {
    journal.stopping();
    loop.close();
    api.close();
    thread.interrupt();
    try {
      thread.join(JOIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    queue.close();
    journal.close();
    metrics.close();
  }

  private static Predicate<DatasetInfo> selects(DatasetSelection selection) {
    return info -> selection.selects(info.id(), info.name());
  }

  private FetchLoop loop() {
    return loop;
  }

  private EmissionQueue queue() {
    return queue;
  }

  private void ready(Work work) {
    EmissionSettings settings = config.emissionSettings();
    queue.add(
        work instanceof SnapshotPlan plan
            ? new SnapshotEmission(plan, settings, clock)
            : new PageEmission((Page) work, settings));
  }

  /** Watches for DataSets that are new to this task. Reads their offsets in one go. */
  private Map<String, Watch> watches(Set<String> ids) {
    Map<Map<String, String>, Map<String, Object>> stored =
        offsets.offsets(ids.stream().map(SourcePosition::partition).toList());
    Map<String, Watch> watches = new LinkedHashMap<>();
    for (String id : ids) {
      SourcePosition position = SourcePosition.of(stored.get(SourcePosition.partition(id)));
      String alias = services.settings().alias(id);
      DatasetJournal entry = journal.dataset(id, alias);
      Watch watch = watch(id, position, entry);
      journal.watch(alias, watch::state, entry);
      metrics.dataset(id, alias, () -> watch.state().code(), watch::lagMs);
      watches.put(id, watch);
    }
    return watches;
  }

  private Watch watch(String id, SourcePosition position, DatasetJournal entry) {
    RunGate gate = new RunGate(times);
    String alias = services.settings().alias(id);
    Function<SourcePosition, IncrementalWatch> cursors =
        before -> new IncrementalWatch(cursorServices, id, before, entry, gate);
    Function<SourcePosition, DatasetWatch> snapshots =
        before ->
            new DatasetWatch(
                services,
                new DatasetStanding(
                    id,
                    new DatasetAgenda(before, config.policy(), random),
                    entry,
                    gate,
                    metrics,
                    clock));
    return switch (config.mode()) {
      case SNAPSHOT -> snapshots.apply(position.withoutCursor());
      case INCREMENTAL -> {
        IncrementalWatch rows = cursors.apply(position);
        metrics.rowsWithoutCursor(alias, rows::withoutPlace);
        yield rows;
      }
      case SNAPSHOT_INCREMENTAL -> {
        HandoverWatch both = new HandoverWatch(position, snapshots, cursors);
        metrics.rowsWithoutCursor(alias, both::withoutPlace);
        yield both;
      }
    };
  }

  private void sweep() {
    if (config.streams()) {
      return;
    }
    try {
      spools.sweep(clock.instant());
    } catch (IOException e) {
      LOG.warn("Old files in domo.spool.dir could not be removed: {}", e.toString());
    }
  }

  private void heartbeat() {
    if (clock.millis() >= nextSweepMs) {
      nextSweepMs = clock.millis() + SWEEP_MS;
      sweep();
    }
    boolean silent = clock.millis() - lastPollMs > STUCK_MS;
    if (silent && !stuck) {
      LOG.error(
          "The worker has not asked for records for {} s: the connector is paused, or a send hangs"
              + " because a topic is missing and nobody makes it (topic.creation.*)",
          STUCK_MS / 1000);
    }
    stuck = silent;
  }

  private static Runnable inContext(Runnable body) {
    Map<String, String> context = MDC.getCopyOfContextMap();
    return () -> {
      if (context != null) {
        MDC.setContextMap(context);
      }
      body.run();
    };
  }
}
