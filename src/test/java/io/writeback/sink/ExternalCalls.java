package io.writeback.sink;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Counts every call that leaves the process, and lets chosen ones fail before or after their
 * effect.
 */
final class ExternalCalls {
  /** When a call fails: with its effect, or without. */
  enum Moment {
    BEFORE,
    AFTER
  }

  private record Plan(Moment moment, Supplier<Throwable> failure) {}

  private final List<String> names = new ArrayList<>();
  private final Map<Integer, Plan> byIndex = new HashMap<>();
  private final Map<String, List<Plan>> byName = new HashMap<>();

  int count() {
    return names.size();
  }

  List<String> names() {
    return List.copyOf(names);
  }

  /** The call with this index, from 0, fails. */
  void failAt(int index, Moment moment, Supplier<Throwable> failure) {
    byIndex.put(index, new Plan(moment, failure));
  }

  /** The next call of this name fails; said twice, the next two fail. */
  void failNext(String name, Moment moment, Supplier<Throwable> failure) {
    byName.computeIfAbsent(name, n -> new ArrayList<>()).add(new Plan(moment, failure));
  }

  /** No call fails from now on. */
  void heal() {
    byIndex.clear();
    byName.clear();
  }

  /** Runs a call; one at a time, so that the state behind it needs no locks of its own. */
  synchronized <T> T run(String name, BooleanSupplier dead, Supplier<T> effect) {
    if (dead.getAsBoolean()) {
      throw new Crash("already dead at " + name);
    }
    Plan plan = byIndex.remove(names.size());
    if (plan == null && byName.containsKey(name) && !byName.get(name).isEmpty()) {
      plan = byName.get(name).remove(0);
    }
    names.add(name);
    if (plan != null && plan.moment() == Moment.BEFORE) {
      raise(plan);
    }
    T result = effect.get();
    if (plan != null) {
      raise(plan);
    }
    return result;
  }

  private static void raise(Plan plan) {
    Throwable failure = plan.failure().get();
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }
}
