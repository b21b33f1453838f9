package io.writeback.domo;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.domo.DomoException.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.function.Consumer;

/**
 * The one place that decides what a failure of Domo means.
 *
 * <p>Facts: an expired token shows as 401, and on CSV calls as 406 with HTML (domo-java-sdk,
 * OAuthInterceptor; issues 10 and 11); a missing one as 403; a refused DataSet sometimes as 400
 * that wraps "(403)" (domo-node-sdk issue 6). {@code toe} is Domo's trace id for its support.
 */
final class DomoFaults {
  /** What to do when the client may not do something. */
  static final String CLIENT_ADVICE =
      "give the user of domo.client.id access to it, and the client the scope data";

  static final String DEVELOPER_ADVICE =
      "domo.developer.token must be valid, and its user have access to the DataSet";

  private static final int MESSAGE_LIMIT = 300;

  private final InstantSource clock;
  private final Secrets secrets;
  private final Consumer<Kind> counted;

  /**
   * The decisions of one client.
   *
   * @param counted hears of every failure
   */
  DomoFaults(InstantSource clock, Secrets secrets, Consumer<Kind> counted) {
    this.clock = clock;
    this.secrets = secrets;
    this.counted = counted;
  }

  /** That exchange if it succeeded; otherwise it is closed and its meaning thrown. */
  HttpExchange success(HttpExchange exchange, String call, String advice) {
    if (exchange.status() == 200) {
      return exchange;
    }
    try (exchange) {
      throw answer(
          call,
          exchange.status(),
          exchange.header("Content-Type"),
          exchange.header("Retry-After"),
          exchange.text(),
          advice);
    } catch (IOException e) {
      throw unreadable(call, e);
    }
  }

  /**
   * An answer that is no success.
   *
   * @param call such as {@code GET /v1/datasets}
   * @param status HTTP status
   * @param contentType or null
   * @param retryAfter the header's value, or null
   * @param body the first part of the body
   * @param advice what to do about a refusal
   */
  DomoException answer(
      String call, int status, String contentType, String retryAfter, String body, String advice) {
    boolean html = contentType != null && contentType.contains("html");
    String said = "Domo answered " + call + " with " + status + message(html ? "" : body);
    if (status == 401 || (status == 406 && html)) {
      return failure(Kind.TOKEN, said, null);
    }
    if (status == 403 || (status == 400 && body.contains("(403)"))) {
      return failure(Kind.FORBIDDEN, said + ": " + advice, null);
    }
    if (status == 404 || status == 410) {
      return failure(
          Kind.NOT_FOUND,
          said + ": there is no such DataSet, or the user of domo.client.id cannot see it",
          null);
    }
    if (status == 407) {
      return failure(
          Kind.REFUSED,
          "the proxy refuses the login: check domo.proxy.user and domo.proxy.password",
          null);
    }
    if (status == 429) {
      return failure(Kind.THROTTLED, said, retryAfterMs(retryAfter), null);
    }
    if (status >= 500 || status == 408) {
      return failure(Kind.SERVER, said, retryAfterMs(retryAfter), null);
    }
    return failure(Kind.REFUSED, said, null);
  }

  /** An answer of the token endpoint that is no success. */
  DomoException token(int status, String contentType, String retryAfter, String body) {
    if (status == 400 && body.contains("invalid_scope")) {
      return lacksScope();
    }
    if (status == 400 || status == 401 || status == 403) {
      return failure(
          Kind.CREDENTIALS,
          "Domo refused the credentials with "
              + status
              + ": check domo.client.id and domo.client.secret",
          null);
    }
    return answer("GET /oauth/token", status, contentType, retryAfter, body, CLIENT_ADVICE);
  }

  /** The client cannot have the scopes that it asks for, or lacks the one that it needs. */
  DomoException lacksScope() {
    return failure(
        Kind.SCOPE,
        "the client lacks a scope of domo.scopes: tick it for the client at developer.domo.com, or"
            + " remove it there; data is needed",
        null);
  }

  /**
   * A call without an answer.
   *
   * @param timedOut whether our own deadline ended it
   */
  DomoException transport(String call, IOException e, boolean timedOut) {
    if (timedOut || e instanceof InterruptedIOException) {
      return failure(
          Kind.TIMEOUT,
          call + " took too long: see domo.read.timeout.ms and the total timeouts",
          e);
    }
    return failure(
        Kind.NETWORK, call + " failed: " + secrets.hideIn(String.valueOf(e.getMessage())), e);
  }

  /** A success whose body is not what it should be, such as a proxy's page. */
  DomoException unreadable(String call, Exception e) {
    return failure(Kind.SERVER, call + ": Domo's answer could not be read", e);
  }

  private DomoException failure(Kind kind, String message, Throwable cause) {
    return failure(kind, message, 0, cause);
  }

  private DomoException failure(Kind kind, String message, long retryAfterMs, Throwable cause) {
    counted.accept(kind);
    return new DomoException(kind, message, retryAfterMs, cause);
  }

  /** The header in either of its forms, seconds or a date, in milliseconds; 0 if it is neither. */
  long retryAfterMs(String retryAfter) {
    if (retryAfter == null) {
      return 0;
    }
    try {
      return Math.max(0, Math.multiplyExact(Long.parseLong(retryAfter.trim()), 1000L));
    } catch (NumberFormatException | ArithmeticException notSeconds) {
      try {
        ZonedDateTime date =
            ZonedDateTime.parse(retryAfter.trim(), DateTimeFormatter.RFC_1123_DATE_TIME);
        return Math.max(0, date.toInstant().toEpochMilli() - clock.millis());
      } catch (DateTimeException neither) {
        return 0;
      }
    }
  }

  /** The message and the trace id of an error body; nothing of a body in another form. */
  private String message(String body) {
    try {
      JsonNode json = DomoJson.tree(body);
      String message = json.path("message").asText(json.path("error_description").asText(""));
      String toe = json.path("toe").asText("");
      return (message.isEmpty() ? "" : " \"" + cut(message) + "\"")
          + (toe.isEmpty() ? "" : " (toe " + cut(toe) + ")");
    } catch (IOException notJson) {
      return "";
    }
  }

  private String cut(String said) {
    String text = secrets.hideIn(said);
    return text.length() <= MESSAGE_LIMIT ? text : text.substring(0, MESSAGE_LIMIT) + "…";
  }
}
