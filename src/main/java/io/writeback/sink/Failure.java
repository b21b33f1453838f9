package io.writeback.sink;

import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;

/** The error that ends the task, kept until {@code put} can throw it, and thrown ever after. */
final class Failure {
  private ConnectException first;

  /** Keeps the first error, as one that Connect does not take for a request to try again. */
  void set(RuntimeException error) {
    if (first != null) {
      return;
    }
    first =
        error instanceof ConnectException known && !(error instanceof RetriableException)
            ? known
            : new ConnectException("Unexpected: " + error.getMessage(), error);
  }

  boolean isSet() {
    return first != null;
  }

  void throwIfSet() {
    if (first != null) {
      throw first;
    }
  }
}
