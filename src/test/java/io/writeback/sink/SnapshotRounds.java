package io.writeback.sink;

import io.writeback.metrics.TaskMetrics;
import java.time.Clock;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** The engine's look at waiting snapshots, for tests of a warehouse that have no engine. */
public final class SnapshotRounds {
  private final SnapshotCoordinator coordinator;
  private final TopicPartition manifests;

  /**
   * Rounds over one partition of manifests.
   *
   * @param destination whose task holds the partition
   */
  public SnapshotRounds(SinkSettings settings, Destination destination, TopicPartition manifests) {
    this.manifests = manifests;
    coordinator =
        new SnapshotCoordinator(
            new TaskScope(
                settings,
                EngineTuning.standard(),
                destination,
                null,
                new Background(Runnable::run),
                new EngineMetrics(TaskMetrics.none()),
                new Failure(),
                Clock.systemUTC(),
                new Random(1)));
  }

  /** One round. */
  public void round() {
    coordinator.round(Set.of(manifests));
  }
}
