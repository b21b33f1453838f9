package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.Await;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.rows.TpchRows;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** What a task owes to its worker, to the sinks, and to the other DataSets. */
class SourceContractTest extends SourceScenario {
  /** What a {@link DomoApi} does without a call. */
  private static final Set<String> LOCAL = Set.of("marks", "close");

  /** A9: a long one begins, and the short one that comes later does not wait for its end. */
  @Test
  void dataSetsTakeTurns() throws Exception {
    RowSource customers = TpchRows.of("customer", 0.01);
    DomoDataSet large =
        domo.add(
            DataSetSpec.of("customer", customers).withId("00000000-0000-4000-8000-000000000000"));
    DomoDataSet small =
        domo.add(DataSetSpec.of("nation", NATION).withId("ffffffff-0000-4000-8000-000000000000"));
    // No second attempt may change the order.
    try (SourceRun run = run(large, small).with("domo.read.timeout.ms", "60000").start()) {
      Await.until("both spools", SourceRun.LIMIT, () -> sidecars() == 2);
      SnapshotManifest first = run.manifest(1);
      assertEquals(large.id(), datasetOf(run.rows().get(0)), "the long one is first");
      assertEquals(small.id(), first.dataset());
      assertTrue(run.rows().size() < 1525, "the long one goes on meanwhile");
      assertIs(run, run.manifest(2), customers);
    }
  }

  /** A5: without exactly-once support reports come late; a manifest says what is in Kafka. */
  @Test
  void theManifestWaitsForTheReportOfEveryRow() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run =
        run(nation).with("exactly.once.support", "requested").holdingReports().start()) {
      run.until("all rows", () -> run.late() == 25);
      while (run.late() > 1) {
        run.reportOne();
      }
      assertEquals(0, run.round(), "one report is open");
      run.reportOne();
      assertIs(run, run.manifest(1), NATION);
    }
  }

  /** B2: the order of a DataSet's manifests is their order in one partition. */
  @Test
  void manifestsOfADataSetShareAKeyAndTellDomosTime() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).start()) {
      run.manifest(1);
      nation.publish(NATION_2, Action.REPLACE);
      SnapshotManifest second = run.manifest(2);
      List<SourceRecord> manifests = run.records().stream().filter(SourceRun::isManifest).toList();
      assertEquals(
          List.of(nation.id(), nation.id()), manifests.stream().map(SourceRecord::key).toList());
      assertTrue(manifests.stream().allMatch(record -> record.kafkaPartition() == null));
      assertEquals(nation.recorded().recordedAt(), second.versionTime());
      assertNotEquals(run.manifests().get(0).snapshot(), second.snapshot());
    }
  }

  /** B2: an id depends on no clock: tasks with a stopped one, or one set back, make others. */
  @Test
  void snapshotIdsNeedNoClock() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    InstantSource stopped = InstantSource.fixed(Instant.ofEpochMilli(1_000_000));
    try (SourceRun run = run(nation).making(() -> task(stopped)).start()) {
      String first = run.manifest(1).snapshot();
      run.stop();
      run.offsets().clear();
      run.start();
      assertNotEquals(first, run.manifest(2).snapshot());
    }
  }

  /**
   * A11: a crash after the manifest and before the worker wrote its offset, which only happens
   * without exactly-once support. The version comes again, and its manifest lets a sink see that.
   */
  @Test
  void aCompleteVersionThatComesAgainIsKnownByItsManifest() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).with("exactly.once.support", "requested").start()) {
      run.manifest(1);
      Map<Map<String, ?>, Map<String, Object>> flushed = new HashMap<>(run.offsets());
      nation.publish(NATION_2, Action.REPLACE);
      SnapshotManifest second = run.manifest(2);
      run.stop();
      run.offsets().clear();
      run.offsets().putAll(flushed);
      run.start();
      SnapshotManifest again = run.manifest(3);
      assertIs(run, again, NATION_2);
      assertNotEquals(second.snapshot(), again.snapshot());
      assertEquals(second.version(), again.version());
      assertEquals(second.contentHash(), again.contentHash());
      assertEquals(Reason.VERSION, again.reason(), "so a sink ignores it");
    }
  }

  /** A8: a send that hangs, because nobody makes the topic, says nothing by itself. */
  @Test
  void aWorkerThatDoesNotComeBackIsReportedOnce() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    AtomicLong millis = new AtomicLong(System.currentTimeMillis());
    InstantSource clock = () -> Instant.ofEpochMilli(millis.get());
    try (SeenLog log = new SeenLog(SnapshotSource.class);
        SourceRun run = run(nation).making(() -> task(clock)).start()) {
      run.until("the first row", () -> run.rows().size() == 1);
      assertTrue(run.metrics().value("since-poll-ms") < 60_000);
      assertEquals(List.of(), log.errors());
      // From here on the worker is inside a send.
      for (int i = 0; i < 3; i++) {
        millis.addAndGet(61_000);
        Await.until("an error", SourceRun.LIMIT, () -> !log.errors().isEmpty());
      }
      assertTrue(run.metrics().value("since-poll-ms") > 180_000);
      assertEquals(1, log.errors().size(), "once: " + log.errors());
      assertTrue(log.errors().get(0).contains("topic.creation"), "says what to do");
      assertIs(run, run.manifest(1), NATION);
    }
  }

  /** A12: start, poll and stop run on the worker's thread, which must not wait for Domo. */
  @Test
  void onlyTheFetchThreadCallsDomoAndReadsOffsets() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    Set<String> callers = ConcurrentHashMap.newKeySet();
    try (SourceRun run =
        run(nation)
            .making(
                () ->
                    new DomoSourceTask(
                        (config, metrics) ->
                            watched(
                                new HttpDomoApi(config.http(), metrics, InstantSource.system()),
                                callers),
                        InstantSource.system()))
            .start()) {
      run.manifest(1);
      nation.publish(NATION_2, Action.REPLACE);
      assertIs(run, run.manifest(2), NATION_2);
      assertEquals(Set.of("domo-fetch-run"), callers);
      assertEquals(Set.of("domo-fetch-run"), run.offsetReaders());
    }
  }

  private static DomoApi watched(DomoApi api, Set<String> callers) {
    return (DomoApi)
        Proxy.newProxyInstance(
            DomoApi.class.getClassLoader(),
            new Class<?>[] {DomoApi.class},
            (proxy, method, args) -> {
              if (!LOCAL.contains(method.getName())) {
                callers.add(Thread.currentThread().getName());
              }
              try {
                return method.invoke(api, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static DomoSourceTask task(InstantSource clock) {
    return new DomoSourceTask(
        (config, metrics) -> new HttpDomoApi(config.http(), metrics, InstantSource.system()),
        clock);
  }

  private static String datasetOf(SourceRecord record) {
    return record.sourcePartition().get(SourcePosition.DATASET).toString();
  }

  private long sidecars() throws Exception {
    try (Stream<java.nio.file.Path> files = Files.list(spool)) {
      return files.filter(file -> file.toString().endsWith(".json")).count();
    }
  }
}
