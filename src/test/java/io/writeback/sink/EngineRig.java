package io.writeback.sink;

import io.writeback.metrics.TaskMetrics;
import io.writeback.retry.Backoff;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;

/** One task: an engine in its loop, over Kafka and a warehouse that outlive it. */
final class EngineRig {
  final FakeKafka kafka;
  final FakeWarehouse warehouse;
  final SinkSettings settings;
  final TestClock clock;
  final WorkerLoop loop;
  final FakeDestination destination;
  final HeldExecutor executor = new HeldExecutor();
  final TaskMetrics metrics = TaskMetrics.none();
  final SinkEngine engine;

  EngineRig(FakeKafka kafka, FakeWarehouse warehouse, SinkSettings settings, TestClock clock) {
    this.kafka = kafka;
    this.warehouse = warehouse;
    this.settings = settings;
    this.clock = clock;
    loop = new WorkerLoop(kafka);
    destination = new FakeDestination(warehouse, settings);
    engine =
        new SinkEngine(
            new TaskScope(
                settings,
                new EngineTuning(new Backoff(10, 100), 1_000, 3_000, 60_000, 5_000, 10, 1_000),
                destination,
                loop,
                new Background(executor),
                new EngineMetrics(metrics),
                new Failure(),
                clock,
                new Random(1)));
    loop.runs(engine);
  }

  static EngineRig fresh(Map<String, String> changes) {
    return new EngineRig(
        new FakeKafka(), new FakeWarehouse(), TestSettings.of(changes), new TestClock());
  }

  /** Another task, on another worker, over the same Kafka and warehouse. */
  EngineRig successor() {
    return new EngineRig(kafka, warehouse, settings, clock);
  }

  EngineRig assign(TopicPartition... partitions) {
    loop.assign(partitions);
    return this;
  }

  /** One turn with time passing; the death of the process ends it. */
  void turn(boolean commitDue) {
    clock.advanceMs(50);
    warehouse.nowMs = clock.millis();
    try {
      loop.iteration(commitDue);
    } catch (RuntimeException | Crash e) {
      if (destination.dead()) {
        throw new Crash("crashed: " + e.getMessage());
      }
      throw e;
    }
    if (destination.dead()) {
      throw new Crash("crashed");
    }
  }

  void turns(int n) {
    for (int i = 0; i < n; i++) {
      turn(i % 5 == 4);
    }
  }

  /** Turns until all that lies in Kafka is accounted for and every manifest is settled. */
  void drain() {
    for (int i = 0; i < 400; i++) {
      turn(i % 5 == 4);
      if (drained()) {
        return;
      }
    }
    throw new AssertionError(
        "not drained: positions "
            + warehouse.progress.keySet().stream()
                .map(p -> p + "=" + warehouse.position(p) + "/" + kafka.end(p))
                .toList()
            + ", decisions "
            + warehouse.decisions());
  }

  private boolean drained() {
    return loop.assigned().stream()
            .allMatch(p -> Math.max(0, warehouse.position(p)) == kafka.end(p))
        && warehouse.manifests.values().stream().allMatch(m -> !m.decisions.isEmpty());
  }
}
