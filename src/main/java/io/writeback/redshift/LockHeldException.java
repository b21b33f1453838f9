package io.writeback.redshift;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.util.List;

/** A lock was not to be had in time. */
final class LockHeldException extends FaultException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> tables;

  LockHeldException(String message, List<String> tables, Throwable cause) {
    super(Fault.RETRY, message, cause);
    this.tables = List.copyOf(tables);
  }

  /** Full names in quotes. */
  List<String> tables() {
    return tables;
  }
}
