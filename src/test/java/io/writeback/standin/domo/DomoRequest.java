package io.writeback.standin.domo;

import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A request as the log keeps it and as faults are armed for.
 *
 * @param id the DataSet or stream in the path, "" if there is none
 * @param body text of a POST, such as {@code {"sql": ...}}
 */
public record DomoRequest(
    Instant at,
    Route route,
    String method,
    String path,
    String id,
    Map<String, String> query,
    Map<String, String> headers,
    String body) {

  /** Requests of a route. */
  public static Predicate<DomoRequest> on(Route route) {
    return request -> request.route() == route;
  }

  /** Requests of a route for one DataSet. */
  public static Predicate<DomoRequest> on(Route route, String dataSetId) {
    return request -> request.route() == route && request.id().equals(dataSetId);
  }
}
