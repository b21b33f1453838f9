package io.writeback.sink;

import static io.writeback.sink.Scenario.A0;
import static io.writeback.sink.Scenario.A1;
import static io.writeback.sink.Scenario.B0;

import io.writeback.retry.FaultException;
import io.writeback.sink.ExternalCalls.Moment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Long random histories: deliveries, rebalances, losses, crashes, zombies that go on writing,
 * faults, and work that finishes late and out of order. A failure names its seed.
 */
@ExtendWith(QuietLog.class)
class RandomOperationsTest {
  private static final int SEEDS = Integer.getInteger("writeback.seeds", 200);
  private static final List<TopicPartition> PARTITIONS = List.of(A0, A1, B0);

  @Test
  void everyRowLandsOnceOrIsReported() {
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        new History(seed).play();
      } catch (AssertionError | RuntimeException | Crash e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** One history. */
  private static final class History {
    private final Random random;
    private final FakeKafka kafka = new FakeKafka();
    private final FakeWarehouse warehouse = new FakeWarehouse();
    private final Set<String> good = new HashSet<>();
    private final Set<String> wrong = new HashSet<>();
    private final List<EngineRig> zombies = new ArrayList<>();
    private EngineRig current;

    History(long seed) {
      random = new Random(seed);
      SinkSettings settings =
          TestSettings.of(
              Map.of(
                  SinkConfig.TABLE_MAP,
                  "a:t,b:t",
                  SinkConfig.FLUSH_ROWS,
                  String.valueOf(1 + random.nextInt(8))));
      current = new EngineRig(kafka, warehouse, settings, new TestClock());
      current.destination.groupPerPartition = random.nextBoolean();
      current.destination.movedForLanded = random.nextBoolean();
    }

    void play() {
      current.loop.assign(PARTITIONS.toArray(TopicPartition[]::new));
      for (int step = 0; step < 250; step++) {
        step();
      }
      PARTITIONS.forEach(p -> add(p, "good"));
      warehouse.calls.heal();
      takeOver();
      current.drain();
      check();
    }

    private void step() {
      TopicPartition any = PARTITIONS.get(random.nextInt(PARTITIONS.size()));
      switch (random.nextInt(24)) {
        case 0, 1, 2, 3 -> add(any, "good");
        case 4 -> add(any, random.nextBoolean() ? "bad" : "refused");
        case 5 -> kafka.invisible(any);
        case 6 -> current.executor.hold();
        case 7 -> finishSomething(current);
        case 8 -> current.executor.letGo();
        case 9 -> rebalance(any);
        case 10 -> fault();
        case 11 -> zombie();
        case 12 -> takeOver();
        case 13, 14 -> zombies.forEach(z -> quietly(z, () -> z.turn(true)));
        case 15 -> zombies.forEach(this::finishSomething);
        default -> live(() -> current.turn(random.nextInt(4) == 0));
      }
    }

    private void add(TopicPartition partition, String kind) {
      String id = kafka.row(partition, kind);
      (kind.equals("good") ? good : wrong).add(id);
    }

    private void finishSomething(EngineRig rig) {
      if (rig.executor.size() > 0) {
        quietly(rig, () -> rig.executor.runOne(random.nextInt(rig.executor.size())));
      }
    }

    private void rebalance(TopicPartition any) {
      WorkerLoop loop = current.loop;
      int kind = random.nextInt(3);
      loop.duringPoll(
          () -> {
            if (!loop.assigned().contains(any)) {
              loop.assign(any);
            } else if (kind == 0) {
              loop.lose(any);
            } else {
              loop.revoke(any);
              if (kind == 1) {
                loop.assign(any);
              }
            }
          });
      live(() -> current.turn(false));
    }

    private void fault() {
      Moment moment = random.nextBoolean() ? Moment.BEFORE : Moment.AFTER;
      String call = random.nextBoolean() ? "commit" : "claim";
      boolean crash = random.nextInt(4) == 0;
      warehouse.calls.failNext(
          call, moment, () -> crash ? new Crash("random") : FaultException.retry("random", null));
    }

    /** The task loses its partitions without noticing, and another gets them. */
    private void zombie() {
      if (zombies.size() < 2) {
        zombies.add(current);
        succeed();
      }
    }

    /** The task dies, and another gets its partitions. */
    private void takeOver() {
      current.destination.die();
      succeed();
    }

    private void succeed() {
      EngineRig old = current;
      current = old.successor();
      current.destination.groupPerPartition = old.destination.groupPerPartition;
      current.destination.movedForLanded = old.destination.movedForLanded;
      live(() -> current.loop.assign(PARTITIONS.toArray(TopicPartition[]::new)));
    }

    private void live(Runnable action) {
      try {
        action.run();
      } catch (Crash e) {
        takeOver();
      }
      if (current.destination.dead()) {
        takeOver();
      }
    }

    private static void quietly(EngineRig rig, Runnable action) {
      try {
        action.run();
      } catch (RuntimeException | Crash expected) {
        // A zombie is fenced or dies; what it does must not matter.
        if (!rig.destination.dead()) {
          rig.destination.die();
        }
      }
    }

    private void check() {
      List<String> landed = warehouse.table("t");
      Scenario.equal("duplicates", landed.size(), new HashSet<>(landed).size());
      Scenario.equal("rows", good, new HashSet<>(landed));
      Scenario.equal("reports", wrong, new HashSet<>(kafka.reported));
      Scenario.equal("violations", List.of(), warehouse.violations);
    }
  }
}
