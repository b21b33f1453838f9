package io.writeback.standin.domo;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the stand-in serves. Those under {@code /api} belong to an instance, not to api.domo.com.
 */
public enum Route {
  TOKEN("GET|POST", "/oauth/token", Access.OPEN),
  LIST("GET", "/v1/datasets", Access.OAUTH),
  DATASET("GET", "/v1/datasets/{id}", Access.OAUTH),
  EXPORT("GET", "/v1/datasets/{id}/data", Access.OAUTH),
  QUERY("POST", "/v1/datasets/query/execute/{id}", Access.OAUTH),
  STREAM_SEARCH("GET", "/v1/streams/search", Access.OAUTH),
  EXECUTIONS("GET", "/v1/streams/{id}/executions", Access.OAUTH),
  VERSIONS("GET", "/api/data/v2/datasources/{id}/dataversions", Access.DEVELOPER),
  VERSION_DATA("GET", "/api/data/v2/datasources/{id}/dataversions/{sub}", Access.DEVELOPER),
  SCHEMA("GET", "/api/data/v2/datasources/{id}/schemas/latest", Access.DEVELOPER),
  VERSION_DETAILS("GET", "/api/data/v3/datasources/{id}/dataversions/details", Access.DEVELOPER),
  BULK("POST", "/api/data/v3/datasources/bulk", Access.DEVELOPER),
  DATASOURCE("GET", "/api/data/v3/datasources/{id}", Access.DEVELOPER),
  INSTANCE_STREAM("GET", "/api/data/v1/streams/{id}", Access.DEVELOPER),
  QUERY_EXPORT("POST", "/api/query/v1/execute/export/{id}", Access.DEVELOPER),
  /** Nothing the stand-in knows. */
  UNKNOWN(".*", null, Access.OPEN);

  /** What a caller must show. */
  enum Access {
    OPEN,
    OAUTH,
    DEVELOPER
  }

  private final String methods;
  private final Pattern path;
  private final Access access;

  Route(String methods, String path, Access access) {
    this.methods = methods;
    this.path =
        path == null
            ? Pattern.compile("(?<id>.*)")
            : Pattern.compile(
                path.replace("{id}", "(?<id>[^/]+)").replace("{sub}", "(?<sub>[^/]+)"));
    this.access = access;
  }

  Access access() {
    return access;
  }

  /** Whether answers are CSV, which the service treats differently when a token has expired. */
  boolean isCsv() {
    return this == EXPORT || this == VERSION_DATA || this == QUERY_EXPORT;
  }

  static Route of(String method, String path) {
    for (Route route : values()) {
      if (method.matches(route.methods) && route.path.matcher(path).matches()) {
        return route;
      }
    }
    return UNKNOWN;
  }

  /** The DataSet or stream that a path names. */
  Optional<String> id(String requestPath) {
    return group("id", requestPath);
  }

  /** The last part of a path below a DataSet. */
  Optional<String> sub(String requestPath) {
    return group("sub", requestPath);
  }

  private Optional<String> group(String name, String requestPath) {
    Matcher matcher = path.matcher(requestPath);
    return this != UNKNOWN && path.pattern().contains("<" + name + ">") && matcher.matches()
        ? Optional.of(matcher.group(name))
        : Optional.empty();
  }
}
