package io.writeback.domo;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.util.Locale;

/** A call to Domo that failed, with what that means. The message never holds a secret. */
final class DomoException extends FaultException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final long retryAfterMs;

  DomoException(Kind kind, String message, Throwable cause) {
    this(kind, message, 0, cause);
  }

  DomoException(Kind kind, String message, long retryAfterMs, Throwable cause) {
    super(kind.fault, message, cause);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }

  Kind kind() {
    return kind;
  }

  /** How long Domo asked to wait, in milliseconds, or 0. */
  long retryAfterMs() {
    return retryAfterMs;
  }

  /** What went wrong. */
  enum Kind {
    /** No connection, or it broke. */
    NETWORK(Fault.RETRY),
    /** A timeout of ours. */
    TIMEOUT(Fault.RETRY),
    /** 429. */
    THROTTLED(Fault.RETRY),
    /** 5xx, or an answer that is none. */
    SERVER(Fault.RETRY),
    /** The access token is not taken: a new one may be. */
    TOKEN(Fault.RETRY),
    /** The client id or secret is refused. */
    CREDENTIALS(Fault.CONFIGURATION),
    /** The client may not have the scopes. */
    SCOPE(Fault.CONFIGURATION),
    /** The client may not do this. */
    FORBIDDEN(Fault.CONFIGURATION),
    /** There is no such DataSet, or the client may not see it. */
    NOT_FOUND(Fault.CONFIGURATION),
    /** Any other answer that repeating does not change. */
    REFUSED(Fault.CONFIGURATION);

    private final Fault fault;

    Kind(Fault fault) {
      this.fault = fault;
    }

    /** Whether nothing works before somebody changes the login. */
    boolean locksOut() {
      return this == CREDENTIALS || this == SCOPE;
    }

    /** As part of a metric's name. */
    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
