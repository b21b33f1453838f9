package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.local.CommittedReader;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.Await;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DataVersion;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.JoinedRows;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RandomRows;
import io.writeback.standin.domo.rows.RowSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.util.clusters.WorkerHandle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random histories of several DataSets, read by several tasks of two workers that come and go: at
 * each manifest, what a read_committed consumer has of its snapshot is the DataSet at that version.
 *
 * <p>{@code -Dhistory.seed=7} gives another history, {@code -Dhistory.steps=200} a longer one.
 */
class DomoHistoryIT extends WorkerScenario {
  private static final long SEED = Long.getLong("history.seed", 11);
  private static final int STEPS = Integer.getInteger("history.steps", 16);
  private static final int DATASETS = 5;

  private static final List<Column> OTHER =
      List.of(
          new Column("id", DomoType.LONG),
          new Column("text", DomoType.STRING),
          new Column("added \u00e9", DomoType.DOUBLE));

  private final List<DomoDataSet> dataSets = new ArrayList<>();
  private final Random random = new Random(SEED);

  @BeforeAll
  static void startCluster() {
    startCluster(2, Map.of("exactly.once.source.support", "enabled"));
  }

  @Test
  void eachManifestIsTheDataSetAtItsVersion() throws Exception {
    for (int i = 0; i < DATASETS; i++) {
      dataSets.add(domo.add(DataSetSpec.of("history " + i, rows())));
    }
    Map<String, String> config =
        config(
            dataSets.get(0),
            Map.of("tasks.max", "3", "domo.batch.max.rows", "7", "domo.poll.interval.ms", "100"));
    config.put(
        "domo.datasets", dataSets.stream().map(DomoDataSet::id).collect(Collectors.joining(",")));
    config.put("domo.topic.format", "domo." + name + ".{id}");
    config.put("snapshot.max.shrink.ratio", "1");
    connect.configureConnector(name, config);
    SnapshotLog log = new SnapshotLog();
    try (CommittedReader reader =
        new CommittedReader(
            connect.kafka().bootstrapServers(),
            topic -> topic.startsWith("domo." + name + "."),
            record -> log.add(record, manifestTopic()))) {
      for (int step = 0; step < STEPS; step++) {
        DomoDataSet changed = dataSets.get(random.nextInt(DATASETS));
        change(changed);
        disturb(step);
        // Some versions get through, others are overtaken by the next one.
        if (random.nextInt(3) > 0) {
          Await.until(
              "the newest content of one",
              LIMIT,
              () -> {
                reader.poll(Duration.ofMillis(100));
                return isCurrent(log, changed);
              });
        }
      }
      Await.until(
          "the newest content of all",
          LIMIT,
          () -> {
            reader.poll(Duration.ofMillis(200));
            return dataSets.stream().allMatch(dataSet -> isCurrent(log, dataSet));
          });
    }
    Set<String> complete = new HashSet<>();
    for (DomoDataSet dataSet : dataSets) {
      Instant last = Instant.MIN;
      for (SnapshotManifest manifest : manifests(log, dataSet)) {
        log.assertIs(manifest, content(dataSet, manifest));
        assertTrue(manifest.versionTime().isAfter(last), "versions in order");
        assertTrue(complete.add(manifest.snapshot()), "one manifest of each snapshot");
        last = manifest.versionTime();
      }
    }
    assertEquals(complete.size(), log.manifests().size());
    System.out.printf(
        "history  seed %d  steps %d  versions %d  manifests %d  rows %d  without manifest %d%n",
        SEED,
        STEPS,
        dataSets.stream().mapToInt(dataSet -> dataSet.versions().size()).sum(),
        complete.size(),
        log.rowCount(),
        log.snapshots().stream().filter(id -> !complete.contains(id)).count());
  }

  /** One more version of a kind that gave trouble somewhere. */
  private void change(DomoDataSet dataSet) {
    // So that no two versions have the same time.
    domo.clock().advance(Duration.ofSeconds(1));
    RowSource now = dataSet.contentAt(dataSet.recorded());
    switch (random.nextInt(8)) {
      case 0, 1 -> dataSet.publish(rows(), Action.REPLACE);
      case 2 ->
          dataSet.publish(
              RandomRows.of(random.nextLong(), 1 + random.nextInt(30), now.columns()),
              Action.APPEND);
      case 3 -> dataSet.publish(ListRows.of(now.columns()), Action.REPLACE);
      case 4 -> dataSet.publish(now, Action.REPLACE);
      case 5 ->
          dataSet.publish(
              RandomRows.of(random.nextLong(), random.nextInt(40), OTHER), Action.REPLACE);
      case 6 -> {
        String[] same = new String[now.columns().size()];
        String[][] all = new String[2 + random.nextInt(30)][];
        Arrays.fill(all, same);
        dataSet.publish(ListRows.of(now.columns(), all), Action.REPLACE);
      }
      default -> {
        // What was gone comes back, behind what is there.
        RowSource first = dataSet.contentAt(dataSet.versions().get(0));
        dataSet.publish(
            first.columns().equals(now.columns()) ? JoinedRows.of(List.of(now, first)) : first,
            Action.REPLACE);
      }
    }
  }

  private void disturb(int step) {
    if (step % 8 == 3) {
      connect.restartConnectorAndTasks(name, false, true, false);
    } else if (step % 16 == 7) {
      WorkerHandle leaver = connect.workers().iterator().next();
      connect.addWorker();
      connect.removeWorker(leaver);
    }
  }

  private RowSource rows() {
    return RandomRows.of(random.nextLong(), random.nextInt(120));
  }

  private static List<SnapshotManifest> manifests(SnapshotLog log, DomoDataSet dataSet) {
    return log.manifests().stream().filter(m -> m.dataset().equals(dataSet.id())).toList();
  }

  private static RowSource content(DomoDataSet dataSet, SnapshotManifest manifest) {
    DataVersion version =
        dataSet.versions().stream()
            .filter(v -> v.recordedAt().equals(manifest.versionTime()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no version of " + manifest.versionTime()));
    return dataSet.contentAt(version);
  }

  /** The last manifest is of the newest version, or of an older one with the same content. */
  private static boolean isCurrent(SnapshotLog log, DomoDataSet dataSet) {
    List<SnapshotManifest> manifests = manifests(log, dataSet);
    if (manifests.isEmpty()) {
      return false;
    }
    SnapshotManifest last = manifests.get(manifests.size() - 1);
    RowSource newest = dataSet.contentAt(dataSet.recorded());
    RowSource sent = content(dataSet, last);
    return newest.columns().equals(sent.columns()) && sorted(newest).equals(sorted(sent));
  }

  private static List<String> sorted(RowSource rows) {
    return Rendered.rows(rows).stream().sorted().toList();
  }
}
