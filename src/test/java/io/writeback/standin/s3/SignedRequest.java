package io.writeback.standin.s3;

import io.writeback.standin.http.HttpCall;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parts of a request that a signature covers; header names compare without case. */
record SignedRequest(
    String method, String path, String rawQuery, Map<String, List<String>> headers) {
  static SignedRequest of(HttpCall call) {
    return new SignedRequest(call.method(), call.path(), call.rawQuery(), call.headers());
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name)).map(values -> values.get(0));
  }

  /** A query parameter, decoded. */
  Optional<String> parameter(String name) {
    for (String pair : rawQuery.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && SigV4.decode(pair.substring(0, equals)).equals(name)) {
        return Optional.of(SigV4.decode(pair.substring(equals + 1)));
      }
    }
    return Optional.empty();
  }

  /** The query without one parameter. */
  String queryWithout(String name) {
    StringBuilder rest = new StringBuilder();
    for (String pair : rawQuery.split("&", -1)) {
      if (!pair.isEmpty() && !pair.startsWith(name + "=")) {
        rest.append(rest.isEmpty() ? "" : "&").append(pair);
      }
    }
    return rest.toString();
  }
}
