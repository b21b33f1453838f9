package io.writeback.redshift;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;

/** A staged object is gone from the bucket, so the rows must come from Kafka again. */
final class MissingObjectException extends FaultException {
  private static final long serialVersionUID = 1L;

  MissingObjectException(String message, Throwable cause) {
    super(Fault.RETRY, message, cause);
  }
}
