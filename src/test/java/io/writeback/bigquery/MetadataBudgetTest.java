package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MetadataBudgetTest {
  private static final Target TABLE = new Target("d", "t");

  private final AtomicLong now = new AtomicLong();
  private final MetadataBudget budget =
      new MetadataBudget(() -> java.time.Instant.ofEpochMilli(now.get()));

  @Test
  void staysBelowTheQuotaInAnyTenSeconds() {
    SplittableRandom random = new SplittableRandom(7);
    List<Long> taken = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      now.addAndGet(random.nextLong(0, 4_000));
      try {
        budget.take(TABLE);
        taken.add(now.get());
      } catch (FaultException e) {
        assertEquals(Fault.RETRY, e.fault());
      }
    }
    for (int i = 4; i < taken.size(); i++) {
      assertTrue(taken.get(i) - taken.get(i - 4) >= 10_000, "five within ten seconds");
    }
    assertTrue(taken.size() > 1_000, "and no more than that is refused: " + taken.size());
  }

  @Test
  void tablesDoNotWaitForEachOther() {
    for (int i = 0; i < 4; i++) {
      budget.take(TABLE);
    }
    assertThrows(FaultException.class, () -> budget.take(TABLE));
    budget.take(new Target("d", "other"));
    now.set(10_000);
    budget.take(TABLE);
  }
}
