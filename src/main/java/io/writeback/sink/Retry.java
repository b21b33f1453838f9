package io.writeback.sink;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repetition of one operation. A fault that passes is retried forever; one that a user has to
 * repair, for a while; anything else stops the task. One WARN per change of the cause.
 */
final class Retry {
  private static final Logger LOG = LoggerFactory.getLogger(Retry.class);
  private static final long NEVER = -1;

  private final String what;
  private final EngineTuning tuning;
  private final RandomGenerator random;
  private int attempt;
  private long dueMs = NEVER;
  private long configurationSinceMs = NEVER;
  private String lastMessage;

  Retry(String what, EngineTuning tuning, RandomGenerator random) {
    this.what = what;
    this.tuning = tuning;
    this.random = random;
  }

  /** Whether an attempt has failed and the next one is still to come. */
  boolean waiting() {
    return dueMs != NEVER;
  }

  boolean due(long nowMs) {
    return waiting() && nowMs >= dueMs;
  }

  /** When the next attempt is due; only while {@link #waiting}. */
  long dueMs() {
    return dueMs;
  }

  /** The next attempt begins. */
  void begin() {
    dueMs = NEVER;
  }

  void succeeded() {
    if (attempt > 0) {
      LOG.info("{}: works again after {} failed attempts", what, attempt);
    }
    forget();
  }

  /** The operation is no longer wanted; the next one starts without a past. */
  void forget() {
    attempt = 0;
    dueMs = NEVER;
    configurationSinceMs = NEVER;
    lastMessage = null;
  }

  /**
   * An attempt has failed.
   *
   * @return the error to stop the task with, or empty if it will be tried again
   */
  Optional<ConnectException> failed(Throwable failure, long nowMs) {
    if (!(failure instanceof FaultException fault)) {
      return Optional.of(new ConnectException(what + " failed unexpectedly: " + failure, failure));
    }
    if (fault.fault() != Fault.RETRY && fault.fault() != Fault.CONFIGURATION) {
      return Optional.of(new ConnectException(what + " cannot go on: " + message(fault), fault));
    }
    if (configurationExpired(fault, nowMs)) {
      return Optional.of(new ConnectException(what + " failed: " + message(fault), fault));
    }
    attempt++;
    dueMs = nowMs + tuning.backoff().delayMs(attempt, random);
    if (!Objects.equals(lastMessage, fault.getMessage())) {
      lastMessage = fault.getMessage();
      LOG.warn("{} failed ({}), trying again: {}", what, fault.fault(), fault.getMessage());
    }
    return Optional.empty();
  }

  private boolean configurationExpired(FaultException fault, long nowMs) {
    if (fault.fault() != Fault.CONFIGURATION) {
      configurationSinceMs = NEVER;
      return false;
    }
    if (configurationSinceMs == NEVER) {
      configurationSinceMs = nowMs;
    }
    return nowMs - configurationSinceMs >= tuning.configurationGraceMs();
  }

  private static String message(FaultException fault) {
    return fault.getMessage();
  }
}
