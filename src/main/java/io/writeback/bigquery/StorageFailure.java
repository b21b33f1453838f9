package io.writeback.bigquery;

import com.google.cloud.bigquery.storage.v1.StorageError;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import com.google.rpc.Status;
import io.grpc.protobuf.StatusProto;
import io.writeback.retry.FaultException;

/**
 * Why the Storage Write API refused, read here once (google.cloud.bigquery.storage.v1,
 * storage.proto: AppendRowsResponse and StorageError).
 */
final class StorageFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What it means for rows that were sent. */
  enum Kind {
    /** Rows stand at this offset already. */
    ALREADY_EXISTS,
    /** Rows before this offset are missing. */
    OUT_OF_RANGE,
    /** The stream takes no more rows. */
    FINALIZED,
    /** The stream has expired, or its table is gone. */
    GONE,
    /** The table does not have all columns, or does not show them to writers yet. */
    EXTRA_FIELDS,
    /** The request is not as it has to be. */
    INVALID,
    /** Not allowed, or the table is not there: the service does not tell these apart. */
    DENIED,
    /** The access token does not count. */
    UNAUTHENTICATED,
    /** Nobody knows; it passes. */
    PASSING
  }

  private final Kind kind;

  private StorageFailure(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /** An error within a connection. */
  static StorageFailure of(Status status) {
    return new StorageFailure(kind(status), text(status), null);
  }

  /** The end of a call or of a connection. */
  static StorageFailure of(Throwable end) {
    Status status = StatusProto.fromThrowable(end);
    return status == null
        ? new StorageFailure(Kind.PASSING, String.valueOf(end.getMessage()), end)
        : new StorageFailure(kind(status), text(status), end);
  }

  static StorageFailure passing(String message, Throwable cause) {
    return new StorageFailure(Kind.PASSING, message, cause);
  }

  /** What it means for a caller who can only try again or give up. */
  FaultException asFault(String doing) {
    String text = doing + ": " + getMessage();
    return switch (kind) {
      case INVALID ->
          FaultException.configuration(
              text + ". Compare the columns of the table with the records", this);
      case DENIED ->
          FaultException.configuration(
              text
                  + ". Grant the service account roles/bigquery.dataEditor on the dataset; a table"
                  + " that was just made may look forbidden for a while",
              this);
      case UNAUTHENTICATED ->
          FaultException.configuration(text + ". Check bigquery.credentials.*", this);
      default -> FaultException.retry(text, this);
    };
  }

  private static Kind kind(Status status) {
    switch (detail(status)) {
      case STREAM_FINALIZED, STREAM_ALREADY_COMMITTED -> {
        return Kind.FINALIZED;
      }
      case STREAM_NOT_FOUND, TABLE_NOT_FOUND -> {
        return Kind.GONE;
      }
      case SCHEMA_MISMATCH_EXTRA_FIELDS -> {
        return Kind.EXTRA_FIELDS;
      }
      case OFFSET_ALREADY_EXISTS -> {
        return Kind.ALREADY_EXISTS;
      }
      case OFFSET_OUT_OF_RANGE -> {
        return Kind.OUT_OF_RANGE;
      }
      default -> {
        // The code alone has to tell.
      }
    }
    Code code = Code.forNumber(status.getCode());
    return switch (code == null ? Code.UNKNOWN : code) {
      case ALREADY_EXISTS -> Kind.ALREADY_EXISTS;
      case OUT_OF_RANGE -> Kind.OUT_OF_RANGE;
      case NOT_FOUND -> Kind.GONE;
      case INVALID_ARGUMENT -> Kind.INVALID;
      case PERMISSION_DENIED -> Kind.DENIED;
      case UNAUTHENTICATED -> Kind.UNAUTHENTICATED;
      default -> Kind.PASSING;
    };
  }

  private static StorageError.StorageErrorCode detail(Status status) {
    for (Any any : status.getDetailsList()) {
      if (any.is(StorageError.class)) {
        try {
          return any.unpack(StorageError.class).getCode();
        } catch (InvalidProtocolBufferException e) {
          return StorageError.StorageErrorCode.STORAGE_ERROR_CODE_UNSPECIFIED;
        }
      }
    }
    return StorageError.StorageErrorCode.STORAGE_ERROR_CODE_UNSPECIFIED;
  }

  private static String text(Status status) {
    return BigQueryFaults.withoutValues(status.getMessage())
        + " ("
        + Code.forNumber(status.getCode())
        + ")";
  }
}
