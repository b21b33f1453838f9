package io.writeback.redshift;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;

/** A COMMIT that nobody answered: it may have happened. Whoever takes the lock next can read it. */
final class UnknownOutcomeException extends FaultException {
  private static final long serialVersionUID = 1L;

  UnknownOutcomeException(FaultException failure) {
    super(Fault.RETRY, failure.getMessage(), failure);
  }
}
