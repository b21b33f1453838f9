package io.writeback.sink;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.FaultException;
import io.writeback.sink.ExternalCalls.Moment;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * For every call that leaves the process, and for the moments before and after its effect: the
 * process dies there, or the call fails there, and another task finishes the work. Then every row
 * has landed once or was reported, no position has gone back, and only whole snapshots are shown.
 */
@ExtendWith(QuietLog.class)
class CrashEnumerationTest {
  static List<Scenario> scenarios() {
    return Scenario.all();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void aCrashAtAnyCall(Scenario scenario) {
    enumerate(scenario, () -> new Crash("planned"));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void aFailureOfAnyCall(Scenario scenario) {
    enumerate(scenario, () -> FaultException.retry("planned", null));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void twoCrashes(Scenario scenario) {
    int calls = callsWithoutFailure(scenario);
    for (int first = 0; first < calls; first++) {
      for (int later = 0; later < calls; later += 3) {
        FakeWarehouse warehouse = new FakeWarehouse();
        warehouse.calls.failAt(first, Moment.AFTER, () -> new Crash("first"));
        warehouse.calls.failAt(first + 1 + later, Moment.AFTER, () -> new Crash("second"));
        run(scenario, warehouse, "crashes after calls " + first + " and " + (first + 1 + later));
      }
    }
  }

  private static void enumerate(Scenario scenario, Supplier<Throwable> failure) {
    int calls = callsWithoutFailure(scenario);
    assertTrue(calls > 5, "the scenario does something: " + calls);
    for (int i = 0; i < calls; i++) {
      for (Moment moment : Moment.values()) {
        FakeWarehouse warehouse = new FakeWarehouse();
        warehouse.calls.failAt(i, moment, failure);
        run(scenario, warehouse, moment + " call " + i);
      }
    }
  }

  private static int callsWithoutFailure(Scenario scenario) {
    FakeWarehouse warehouse = new FakeWarehouse();
    run(scenario, warehouse, "no failure");
    return warehouse.calls.count();
  }

  private static void run(Scenario scenario, FakeWarehouse warehouse, String what) {
    FakeKafka kafka = new FakeKafka();
    scenario.fill().accept(kafka);
    EngineRig rig =
        new EngineRig(kafka, warehouse, TestSettings.of(scenario.config()), new TestClock());
    try {
      for (int lives = 0; ; lives++) {
        try {
          rig.assign(scenario.partitions().toArray(TopicPartition[]::new)).drain();
          break;
        } catch (Crash e) {
          assertTrue(lives < 3, "crashes again and again");
          rig = rig.successor();
        }
      }
      scenario.holds().accept(kafka, warehouse);
      Scenario.equal("violations", List.of(), warehouse.violations);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(scenario + ", " + what + ": " + e.getMessage(), e);
    }
  }
}
