package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamBudgetTest {
  private static final long HOUR_MS = 3_600_000;

  /** However greedy the tasks are; and what they may take they get. */
  @ParameterizedTest
  @ValueSource(ints = {1, 20, 200})
  void staysBelowTheQuotaOverAnyHour(int tasks) {
    AtomicLong now = new AtomicLong();
    List<StreamBudget> budgets = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      budgets.add(new StreamBudget(tasks, () -> Instant.ofEpochMilli(now.get())));
    }
    Deque<Long> lastHour = new ArrayDeque<>();
    long all = 0;
    for (; now.get() < 3 * HOUR_MS; now.addAndGet(10_000)) {
      while (!lastHour.isEmpty() && lastHour.peekFirst() <= now.get() - HOUR_MS) {
        lastHour.removeFirst();
      }
      for (StreamBudget budget : budgets) {
        all += taken(budget, now.get(), lastHour);
      }
      assertTrue(lastHour.size() <= 10_000, "streams within an hour: " + lastHour.size());
    }
    assertTrue(all >= 3 * 7_900, "streams in three hours: " + all);
  }

  private static int taken(StreamBudget budget, long now, Deque<Long> lastHour) {
    for (int taken = 0; ; taken++) {
      try {
        budget.take();
      } catch (FaultException e) {
        assertEquals(Fault.RETRY, e.fault());
        return taken;
      }
      lastHour.addLast(now);
    }
  }
}
