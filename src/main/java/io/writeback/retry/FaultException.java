package io.writeback.retry;

import java.util.Objects;

/**
 * A failure of an outside system with its meaning. The message says what was expected, what was
 * found and what to do; it never holds a secret.
 */
public class FaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Fault fault;

  public FaultException(Fault fault, String message) {
    this(fault, message, null);
  }

  public FaultException(Fault fault, String message, Throwable cause) {
    super(message, cause);
    this.fault = Objects.requireNonNull(fault);
  }

  public static FaultException retry(String message, Throwable cause) {
    return new FaultException(Fault.RETRY, message, cause);
  }

  public static FaultException configuration(String message, Throwable cause) {
    return new FaultException(Fault.CONFIGURATION, message, cause);
  }

  public static FaultException fatal(String message, Throwable cause) {
    return new FaultException(Fault.FATAL, message, cause);
  }

  public Fault fault() {
    return fault;
  }
}
