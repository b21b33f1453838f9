package io.writeback.domo;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** What is certainly wrong, by config key. Safe for use by many threads. */
final class LiveFindings {
  private final Map<String, Set<String>> errors = new LinkedHashMap<>();

  synchronized void error(String key, String message) {
    errors.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(message);
  }

  /** These, apart from a thread that may still be looking. */
  synchronized LiveFindings settled() {
    LiveFindings copy = new LiveFindings();
    errors.forEach((key, messages) -> messages.forEach(message -> copy.error(key, message)));
    return copy;
  }

  synchronized void forEach(BiConsumer<String, String> taker) {
    errors.forEach((key, messages) -> messages.forEach(message -> taker.accept(key, message)));
  }
}
