package io.writeback.standin.s3;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts requests by operation. Safe for many threads. */
final class S3Counts {
  private final Map<S3Operation, LongAdder> arrived = new ConcurrentHashMap<>();
  private final Map<S3Operation, LongAdder> done = new ConcurrentHashMap<>();

  void arrived(S3Operation operation) {
    arrived.computeIfAbsent(operation, o -> new LongAdder()).increment();
  }

  void done(S3Operation operation) {
    done.computeIfAbsent(operation, o -> new LongAdder()).increment();
  }

  long arrivedOf(S3Operation operation) {
    return sum(arrived, operation);
  }

  long doneOf(S3Operation operation) {
    return sum(done, operation);
  }

  private static long sum(Map<S3Operation, LongAdder> counts, S3Operation operation) {
    LongAdder count = counts.get(operation);
    return count == null ? 0 : count.sum();
  }
}
