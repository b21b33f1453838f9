package io.writeback.standin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Faults that a stand-in injects, in the order in which they were armed. Safe for use by many
 * threads.
 *
 * @param <R> what the stand-in sees: a request, a statement
 * @param <A> what it does instead of, before or after the right thing
 */
public final class FaultPlan<R, A> {
  private final List<Armed> armed = new ArrayList<>();
  private long fired;

  /** Arms a fault for the next match. */
  public Handle once(Predicate<? super R> when, A action) {
    return arm(when, 0, 1, action);
  }

  /** Arms a fault for every match until it is disarmed. */
  public Handle always(Predicate<? super R> when, A action) {
    return arm(when, 0, Integer.MAX_VALUE, action);
  }

  /**
   * Arms a fault.
   *
   * @param skip matches that pass unharmed first
   * @param times matches that are hit after that
   */
  public synchronized Handle arm(Predicate<? super R> when, int skip, int times, A action) {
    Armed fault = new Armed(when, skip, times, action);
    armed.add(fault);
    return fault;
  }

  /** Called by the stand-in: the fault for this request, if one is due. */
  public synchronized Optional<A> next(R request) {
    for (Armed fault : armed) {
      if (fault.hits(request)) {
        fired++;
        return Optional.of(fault.action);
      }
    }
    return Optional.empty();
  }

  /** How often any fault has been injected. */
  public synchronized long fired() {
    return fired;
  }

  public synchronized void clear() {
    armed.clear();
  }

  /** One armed fault. */
  public interface Handle {
    /** How often this fault has been injected. */
    int fired();

    void disarm();
  }

  private final class Armed implements Handle {
    private final Predicate<? super R> when;
    private final A action;
    private int skip;
    private int times;
    private int fired;

    Armed(Predicate<? super R> when, int skip, int times, A action) {
      this.when = when;
      this.skip = skip;
      this.times = times;
      this.action = action;
    }

    boolean hits(R request) {
      if (times == 0 || !when.test(request)) {
        return false;
      }
      if (skip > 0) {
        skip--;
        return false;
      }
      times--;
      fired++;
      return true;
    }

    @Override
    public int fired() {
      synchronized (FaultPlan.this) {
        return fired;
      }
    }

    @Override
    public void disarm() {
      synchronized (FaultPlan.this) {
        armed.remove(this);
      }
    }
  }
}
