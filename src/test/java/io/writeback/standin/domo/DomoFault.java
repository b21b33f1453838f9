package io.writeback.standin.domo;

import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.RowSource;
import java.time.Duration;
import java.util.Map;

/**
 * What the stand-in does wrong. Byte positions count the body as sent, after gzip and before the
 * framing; row positions count rows of the body from 0, the header not included.
 */
public sealed interface DomoFault {
  /** Answers this and nothing else. */
  record Answer(int status, Map<String, String> headers, String body) implements DomoFault {}

  /** Resets the connection instead of answering. */
  record Reset() implements DomoFault {}

  /** Ends the connection in mid-body, orderly or by a reset. */
  record Cut(long atByte, boolean byReset) implements DomoFault {}

  /**
   * Sends nothing more from a byte on, until the time is over, {@link DomoStandIn#releaseStalls} is
   * called or the stand-in closes.
   */
  record Stall(long atByte, Duration upTo) implements DomoFault {}

  /** Sends the body in small pieces with pauses. */
  record Drip(int bytes, Duration pause) implements DomoFault {}

  /** Leaves rows out; the body is valid otherwise (domo-python-sdk#68). */
  record DropRows(long from, long count) implements DomoFault {}

  /** Sends one row twice. */
  record RepeatRow(long row) implements DomoFault {}

  /** Sends another text in one column of every row from a row on, whatever its type. */
  record SpoilColumn(String column, long from, String text) implements DomoFault {}

  /** Publishes a REPLACE in mid-body and goes on with its rows: a torn read. */
  record TornRead(long afterRows, RowSource next) implements DomoFault {}

  /** Tells another type for a column, in metadata or in the head of a query's answer. */
  record TypeChanged(String column, DomoType type) implements DomoFault {}

  /** Lets every access token expire in mid-body; this body goes on to its end. */
  record ExpireTokens(long afterRows) implements DomoFault {}

  /** Switches row-level security just before this request; null turns it off. */
  record SwitchPolicy(PdpPolicy policy) implements DomoFault {}

  /** Drops a version from history just before this request. */
  record PurgeVersion(int dataId) implements DomoFault {}

  /** Runs something just before the request is served, such as publishing a version. */
  record Before(Runnable action) implements DomoFault {}

  /** Runs something after this many rows of the body, or after its end if it has fewer. */
  record During(long afterRows, Runnable action) implements DomoFault {}

  /** 429 with or without a hint when to come back; Domo documents neither. */
  static DomoFault tooManyRequests(Integer retryAfterSeconds) {
    return new Answer(
        429,
        retryAfterSeconds == null
            ? Map.of("Content-Type", "application/json")
            : Map.of(
                "Content-Type", "application/json", "Retry-After", retryAfterSeconds.toString()),
        "{\"status\":429,\"statusReason\":\"Too Many Requests\",\"message\":\"slow down\","
            + "\"toe\":\"9A1B2C3D4E-00429-AAAAA\"}");
  }

  /** An error page as proxies in front of a service make it (domo-java-sdk#11). */
  static DomoFault page(int status) {
    return new Answer(
        status,
        Map.of("Content-Type", "text/html;charset=utf-8"),
        DomoError.page(status, "Error " + status));
  }

  /** A refused permission in the clothes of a bad request (domo-node-sdk#6). */
  static DomoFault wrapped403() {
    return new Answer(
        400,
        Map.of("Content-Type", "application/json"),
        DomoError.json(400, "Infrastructure problem (403): Access is denied"));
  }

  static DomoFault reset() {
    return new Reset();
  }

  static DomoFault cut(long atByte) {
    return new Cut(atByte, false);
  }

  /** Stalls until it is released. */
  static DomoFault stall(long atByte) {
    return new Stall(atByte, Duration.ofMinutes(10));
  }

  static DomoFault dropRows(long from, long count) {
    return new DropRows(from, count);
  }

  static DomoFault tornRead(long afterRows, RowSource next) {
    return new TornRead(afterRows, next);
  }
}
