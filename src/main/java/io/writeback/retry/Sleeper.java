package io.writeback.retry;

/** Waits. Injected, so that a test decides how time passes. */
@FunctionalInterface
public interface Sleeper {
  void sleepMs(long ms) throws InterruptedException;

  /** The one that really waits. */
  static Sleeper real() {
    return Thread::sleep;
  }
}
