package io.writeback.standin.bigquery.catalog;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * An error as the service tells it: an HTTP status and a reason (documentation page "Error
 * messages"). Inside a job it becomes the job's errorResult.
 */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String reason;
  private final String location;

  public ApiException(int status, String reason, String message) {
    this(status, reason, null, message);
  }

  public ApiException(int status, String reason, String location, String message) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.location = location;
  }

  public static ApiException invalid(String message) {
    return new ApiException(400, "invalid", message);
  }

  public static ApiException invalidQuery(String message) {
    return new ApiException(400, "invalidQuery", "query", message);
  }

  public static ApiException required(String parameter) {
    return new ApiException(400, "required", "Required parameter is missing: " + parameter);
  }

  /** Such as {@code Not found: Table p:d.t}. */
  public static ApiException notFound(String what) {
    return new ApiException(404, "notFound", "Not found: " + what);
  }

  public static ApiException duplicate(String what) {
    return new ApiException(409, "duplicate", "Already Exists: " + what);
  }

  public int status() {
    return status;
  }

  public String reason() {
    return reason;
  }

  /** An ErrorProto, as in a job's errorResult and in insertErrors. */
  public ObjectNode toErrorProto() {
    ObjectNode proto = JsonNodeFactory.instance.objectNode().put("reason", reason);
    if (location != null) {
      proto.put("location", location);
    }
    return proto.put("message", getMessage());
  }

  /** The body of an error answer. */
  public ObjectNode toBody() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode error = body.putObject("error").put("code", status).put("message", getMessage());
    ObjectNode first =
        error
            .putArray("errors")
            .addObject()
            .put("message", getMessage())
            .put("domain", "global")
            .put("reason", reason);
    if (location != null) {
      first.put("location", location);
    }
    error.put("status", statusName());
    return body;
  }

  private String statusName() {
    return switch (status) {
      case 400 -> "INVALID_ARGUMENT";
      case 401 -> "UNAUTHENTICATED";
      case 403 -> "PERMISSION_DENIED";
      case 404 -> "NOT_FOUND";
      case 409 -> "ALREADY_EXISTS";
      case 412 -> "FAILED_PRECONDITION";
      case 429 -> "RESOURCE_EXHAUSTED";
      case 503 -> "UNAVAILABLE";
      case 500 -> "INTERNAL";
      default -> reason.toUpperCase(Locale.ROOT);
    };
  }
}
