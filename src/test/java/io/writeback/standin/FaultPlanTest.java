package io.writeback.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
  @Test
  void skipsThenHitsThenIsSpent() {
    FaultPlan<String, String> plan = new FaultPlan<>();
    FaultPlan.Handle handle = plan.arm("a"::equals, 1, 2, "boom");
    assertEquals(Optional.empty(), plan.next("b"));
    assertEquals(Optional.empty(), plan.next("a"));
    assertEquals(Optional.of("boom"), plan.next("a"));
    assertEquals(Optional.of("boom"), plan.next("a"));
    assertEquals(Optional.empty(), plan.next("a"));
    assertEquals(2, handle.fired());
    assertEquals(2, plan.fired());
  }

  @Test
  void theFirstArmedWinsUntilItIsDisarmed() {
    FaultPlan<String, String> plan = new FaultPlan<>();
    FaultPlan.Handle first = plan.always(request -> true, "first");
    plan.always(request -> true, "second");
    assertEquals(Optional.of("first"), plan.next("x"));
    first.disarm();
    assertEquals(Optional.of("second"), plan.next("x"));
    plan.clear();
    assertEquals(Optional.empty(), plan.next("x"));
  }
}
