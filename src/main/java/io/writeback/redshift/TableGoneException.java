package io.writeback.redshift;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.sql.SQLException;

/** A table that was to be locked is not there. It is made again, if that is harmless. */
final class TableGoneException extends FaultException {
  private static final long serialVersionUID = 1L;

  TableGoneException(String what, SQLException cause) {
    super(Fault.RETRY, what + ": a table is gone", cause);
  }
}
