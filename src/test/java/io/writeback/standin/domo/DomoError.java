package io.writeback.standin.domo;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A refusal, as the developer portal documents error bodies: status, statusReason, message and toe,
 * the "thread of execution" that Domo's support asks for.
 */
final class DomoError extends IOException {
  private static final long serialVersionUID = 1L;
  private static final AtomicLong THREADS = new AtomicLong();

  private final int status;

  DomoError(int status, String message) {
    super(message);
    this.status = status;
  }

  static DomoError notFound(String what) {
    return new DomoError(404, "The requested " + what + " could not be found.");
  }

  int status() {
    return status;
  }

  String json() {
    return json(status, getMessage());
  }

  static String json(int status, String message) {
    return Json.object()
        .put("status", status)
        .put("statusReason", reason(status))
        .put("message", message)
        .put("toe", toe())
        .toString();
  }

  /** A 403 has no reason and no message. */
  static String bareForbidden() {
    return Json.object().put("status", 403).put("toe", toe()).toString();
  }

  /** An error page of the servlet container behind the API. */
  static String page(int status, String title) {
    return "<!DOCTYPE html><html><head><title>"
        + title
        + "</title></head><body><h1>HTTP Status "
        + status
        + " - "
        + title
        + "</h1></body></html>\n";
  }

  private static String toe() {
    long n = THREADS.incrementAndGet();
    return String.format("STANDIN%04d-%05X-%05X", n % 10_000, (n * 7919) & 0xFFFFF, n & 0xFFFFF);
  }

  private static String reason(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 406 -> "Not Acceptable";
      default -> "Error";
    };
  }
}
