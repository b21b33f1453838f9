package io.writeback.standin.bigquery;

import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.http.HttpCall;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Finds the method of a call, checks who calls, and sends the answer or what a fault makes of it.
 */
final class Router {
  /** A REST method. */
  @FunctionalInterface
  interface Method {
    Answer answer(ApiCall call) throws Exception;
  }

  private record Route(
      String verb, List<String> path, boolean upload, String operation, Method method) {}

  private final Tokens tokens;
  private final Permissions permissions;
  private final Faults faults;
  private final List<Route> routes = new ArrayList<>();
  private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();

  Router(Tokens tokens, Permissions permissions, Faults faults) {
    this.tokens = tokens;
    this.permissions = permissions;
    this.faults = faults;
  }

  /**
   * Adds a method.
   *
   * @param path below {@code /bigquery/v2/projects}, variables in braces
   */
  void add(String verb, String path, String operation, Method method) {
    routes.add(new Route(verb, List.of(path.split("/")), false, operation, method));
  }

  void addUpload(String verb, String operation, Method method) {
    routes.add(new Route(verb, List.of("{project}", "jobs"), true, operation, method));
  }

  /** How often a REST method has been called, or {@code token}. */
  long calls(String operation) {
    LongAdder count = calls.get(operation);
    return count == null ? 0 : count.sum();
  }

  private void count(String operation) {
    calls.computeIfAbsent(operation, o -> new LongAdder()).increment();
  }

  void handle(HttpCall http) throws Exception {
    BigQueryFault fault = null;
    Answer answer;
    try {
      if (http.path().equals("/token")) {
        count("token");
        TokenCall.answer(http, tokens, faults);
        return;
      }
      if (IamCall.is(http)) {
        Faults.send(http, IamCall.answer(http, tokens, permissions), null);
        return;
      }
      boolean upload = http.path().startsWith("/upload/");
      List<String> path = path(http.path());
      Map<String, String> parts = new HashMap<>();
      Route route = find(verb(http), path, upload, parts);
      count(route.operation());
      String text = upload ? "" : RequestBody.text(http);
      BigQueryRequest request =
          new BigQueryRequest(
              route.operation(), http.path(), parts.getOrDefault("job", jobId(text)), text);
      fault = faults.before(request, http).orElse(null);
      if (fault instanceof BigQueryFault.CutBefore) {
        return;
      }
      if (fault instanceof BigQueryFault.Page page) {
        Faults.send(http, Answer.page(page.status()), fault);
        return;
      }
      String principal = tokens.authenticate(http.header("Authorization").orElse(null));
      answer =
          fault instanceof BigQueryFault.Pretend pretend
              ? Answer.json(ApiCall.read(pretend.body()))
              : route.method().answer(new ApiCall(http, principal, parts, http.query(), text));
    } catch (ApiException e) {
      answer = Answer.json(e.status() == 499 ? 400 : e.status(), e.toBody());
    }
    Faults.send(http, answer, fault);
  }

  private static String jobId(String text) {
    int at = text.indexOf("\"jobId\"");
    int from = at < 0 ? -1 : text.indexOf('"', text.indexOf(':', at));
    return from < 0 ? "" : text.substring(from + 1, text.indexOf('"', from + 1));
  }

  private static String verb(HttpCall http) {
    return http.header("X-HTTP-Method-Override").orElse(http.method());
  }

  /** The parts after {@code projects}; the host's root and /bigquery/v2 serve the same. */
  private static List<String> path(String path) {
    int at = path.indexOf("/projects/");
    if (at < 0) {
      return path.endsWith("/projects") ? List.of() : List.of("?");
    }
    List<String> parts = new ArrayList<>();
    for (String part : path.substring(at + "/projects/".length()).split("/")) {
      parts.add(URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8));
    }
    return parts;
  }

  private Route find(String verb, List<String> path, boolean upload, Map<String, String> parts) {
    for (Route route : routes) {
      if (route.verb().equals(verb)
          && route.upload() == upload
          && route.path().size() == path.size()
          && matches(route.path(), path, parts)) {
        return route;
      }
    }
    throw new ApiException(404, "notFound", "Not Found: " + verb + " " + String.join("/", path));
  }

  private static boolean matches(
      List<String> pattern, List<String> path, Map<String, String> parts) {
    parts.clear();
    for (int i = 0; i < pattern.size(); i++) {
      String want = pattern.get(i);
      String have = path.get(i);
      int suffix = want.indexOf("}:");
      if (suffix >= 0) {
        String method = want.substring(suffix + 1);
        if (!have.endsWith(method)) {
          return false;
        }
        parts.put(want.substring(1, suffix), have.substring(0, have.length() - method.length()));
      } else if (want.startsWith("{")) {
        parts.put(want.substring(1, want.length() - 1), have);
      } else if (!want.equals(have)) {
        return false;
      }
    }
    return true;
  }
}
