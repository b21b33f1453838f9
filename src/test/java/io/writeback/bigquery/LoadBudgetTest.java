package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** L6: the quota of load jobs per table and day, shared by the tasks. */
class LoadBudgetTest {
  private final AtomicLong now = new AtomicLong();
  private final Target table = new Target("d", "t");

  private LoadBudget budget(int tasks) {
    return new LoadBudget(tasks, () -> Instant.ofEpochMilli(now.get()));
  }

  @Test
  void staysBelowTheQuotaOverAnyDay() {
    LoadBudget budget = budget(4);
    int taken = 0;
    for (; now.get() < Duration.ofDays(1).toMillis(); now.addAndGet(10_000)) {
      try {
        budget.take(table);
        taken++;
      } catch (FaultException e) {
        assertEquals(Fault.RETRY, e.fault());
      }
    }
    assertTrue(taken * 4 <= 1_500, taken + " loads by each of 4 tasks");
    assertTrue(taken * 4 > 1_400, taken + " loads by each of 4 tasks");
  }

  @Test
  void tablesHaveBudgetsOfTheirOwn() {
    LoadBudget budget = budget(300);
    budget.take(table);
    assertThrows(FaultException.class, () -> budget.take(table));
    budget.take(new Target("d", "other"));
  }

  @Test
  void knowsTheShortestInterval() {
    assertEquals(72_000, LoadBudget.shortestIntervalMs(1));
    assertEquals(288_000, LoadBudget.shortestIntervalMs(4));
  }
}
