package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.StorageError;
import com.google.cloud.bigquery.storage.v1.StorageError.StorageErrorCode;
import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.writeback.standin.bigquery.catalog.ApiException;

/**
 * Errors in the form that the Java client reads: a status with a StorageError detail, and for
 * offsets the text "expected offset N, received M" (google.cloud.bigquery.storage.v1, storage.proto
 * and the client's Exceptions class).
 */
final class StorageErrors {
  private StorageErrors() {}

  /** A failure with its status; inside an append stream or as the end of a call. */
  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Status status;

    Failure(Status status) {
      super(status.getMessage());
      this.status = status;
    }

    Status status() {
      return status;
    }

    StatusRuntimeException asCallEnd() {
      return StatusProto.toStatusRuntimeException(status);
    }
  }

  /** A failure of the tables: what they refuse is the request's fault. */
  static Failure of(RuntimeException e) {
    if (e instanceof Failure failure) {
      return failure;
    }
    boolean refused = e instanceof ApiException api && api.status() < 500;
    return plain(
        refused ? Code.INVALID_ARGUMENT : Code.INTERNAL,
        refused ? e.getMessage() : String.valueOf(e));
  }

  static Failure plain(Code code, String message) {
    return new Failure(Status.newBuilder().setCode(code.getNumber()).setMessage(message).build());
  }

  static Failure detailed(Code code, StorageErrorCode detail, String entity, String message) {
    StorageError error =
        StorageError.newBuilder()
            .setCode(detail)
            .setEntity(entity)
            .setErrorMessage(message)
            .build();
    return new Failure(
        Status.newBuilder()
            .setCode(code.getNumber())
            .setMessage(message + " Entity: " + entity)
            .addDetails(Any.pack(error))
            .build());
  }

  static Failure alreadyExists(String stream, long expected, long received) {
    return detailed(
        Code.ALREADY_EXISTS,
        StorageErrorCode.OFFSET_ALREADY_EXISTS,
        stream,
        "The offset is within stream, expected offset " + expected + ", received " + received);
  }

  static Failure outOfRange(String stream, long expected, long received) {
    return detailed(
        Code.OUT_OF_RANGE,
        StorageErrorCode.OFFSET_OUT_OF_RANGE,
        stream,
        "The offset is beyond stream, expected offset " + expected + ", received " + received);
  }

  static Failure streamFinalized(String stream) {
    return detailed(
        Code.INVALID_ARGUMENT,
        StorageErrorCode.STREAM_FINALIZED,
        stream,
        "Stream has been finalized and cannot be appended.");
  }

  static Failure streamNotFound(String stream) {
    return detailed(
        Code.NOT_FOUND, StorageErrorCode.STREAM_NOT_FOUND, stream, "Requested stream not found.");
  }

  /** A missing table is not told apart from one that the caller may not see. */
  static Failure denied(String permission, String resource) {
    return plain(
        Code.PERMISSION_DENIED,
        "Permission '"
            + permission
            + "' denied on resource '"
            + resource
            + "' (or it may not exist).");
  }

  static Failure invalid(String message) {
    return plain(Code.INVALID_ARGUMENT, message);
  }
}
