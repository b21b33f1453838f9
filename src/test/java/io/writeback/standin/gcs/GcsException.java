package io.writeback.standin.gcs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** An error of the service (documentation page "HTTP status and error codes for JSON"). */
final class GcsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String reason;

  GcsException(int status, String reason, String message) {
    super(message);
    this.status = status;
    this.reason = reason;
  }

  static GcsException invalid(String message) {
    return new GcsException(400, "invalid", message);
  }

  static GcsException notFound(String message) {
    return new GcsException(404, "notFound", message);
  }

  static GcsException conditionNotMet() {
    return new GcsException(
        412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
  }

  int status() {
    return status;
  }

  ObjectNode body() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode error = body.putObject("error");
    error.put("code", status).put("message", getMessage());
    error
        .putArray("errors")
        .addObject()
        .put("message", getMessage())
        .put("domain", "global")
        .put("reason", reason);
    return body;
  }
}
