package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.Await;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.rows.NextVersion;
import io.writeback.standin.domo.rows.RowSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The source in a worker without exactly-once support: what is sent may come again, never under the
 * same snapshot, and a manifest still means a whole version.
 */
class DomoAtLeastOnceIT extends WorkerScenario {
  @BeforeAll
  static void startCluster() {
    startCluster(1, Map.of("exactly.once.source.support", "disabled"));
  }

  /** A2, A10: whatever a restart repeats has another id, and its ordinals count from 1 again. */
  @Test
  void aRestartInMidEmissionIsANewSnapshot() throws Exception {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("again", CUSTOMER));
    connect.configureConnector(
        name,
        config(
            dataSet,
            Map.of(
                "domo.batch.max.rows", "2",
                "exactly.once.support", "requested",
                "transforms", "slow",
                "transforms.slow.type", Slow.class.getName())));
    Await.until("rows in Kafka", LIMIT, () -> log().rowCount() > 20);
    connect.restartConnectorAndTasks(name, false, true, false);
    Await.until("another snapshot", LIMIT, () -> log().snapshots().size() == 2);
    Slow.pauseNanos = 0;
    SnapshotManifest manifest = manifest(1);
    SnapshotLog log = log();
    assertEquals(2, log.snapshots().size());
    assertEquals(log.snapshots().get(1), manifest.snapshot());
    assertTrue(manifest.ranges().isPresent(), "all its acknowledgements are known");
    log.assertIs(manifest, CUSTOMER);
    List<Long> abandoned = log.ordinals(log.snapshots().get(0));
    assertEquals(LongStream.rangeClosed(1, abandoned.size()).boxed().toList(), abandoned);
    RowSource second = NextVersion.of(CUSTOMER, 2, List.of("custkey"));
    dataSet.publish(second, Action.REPLACE);
    assertIs(2, second);
  }

  /** A resume would be a guess here, so nobody can ask for it. */
  @Test
  void exactlyOnceCannotBeRequiredOfSuchAWorker() {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("refused", CUSTOMER));
    assertEquals(
        Set.of("exactly.once.support"),
        errors(config(dataSet, Map.of("exactly.once.support", "required"))).keySet());
    assertEquals(Map.of(), errors(config(dataSet, Map.of("exactly.once.support", "requested"))));
  }

  /** Keeps an emission from being over before it is interrupted. */
  public static final class Slow implements Transformation<SourceRecord> {
    static volatile long pauseNanos = 5_000_000;

    @Override
    public SourceRecord apply(SourceRecord record) {
      LockSupport.parkNanos(pauseNanos);
      return record;
    }

    @Override
    public ConfigDef config() {
      return new ConfigDef();
    }

    @Override
    public void configure(Map<String, ?> settings) {}

    @Override
    public void close() {}
  }
}
