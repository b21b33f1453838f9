package io.writeback.standin.bigquery.storage;

import io.grpc.Status;

/** How failures of the client look. */
final class StorageAnswers {
  private StorageAnswers() {}

  /** The gRPC code of a failure of any client class, such as {@code NOT_FOUND}. */
  static String code(Throwable thrown) {
    return Status.fromThrowable(thrown).getCode().name();
  }
}
