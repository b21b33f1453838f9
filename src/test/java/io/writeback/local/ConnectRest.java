package io.writeback.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The REST interface of a Connect worker, as an operator uses it. */
public final class ConnectRest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String base;

  public ConnectRest(String base) {
    this.base = base;
  }

  public String base() {
    return base;
  }

  public boolean isUp() throws IOException, InterruptedException {
    return call("GET", "/connectors", null).statusCode() == 200;
  }

  /** Class names and versions of the plugins that the worker knows. */
  public List<JsonNode> plugins() throws IOException, InterruptedException {
    List<JsonNode> plugins = new ArrayList<>();
    ok(call("GET", "/connector-plugins", null)).forEach(plugins::add);
    return plugins;
  }

  /**
   * Creates or changes a connector.
   *
   * @throws IOException with the worker's words if it refuses the configuration
   */
  public void put(String connector, Map<String, String> config)
      throws IOException, InterruptedException {
    ok(call("PUT", "/connectors/" + connector + "/config", JSON.writeValueAsString(config)));
  }

  /** Validates a configuration; the errors, each as "key: message". */
  public List<String> validate(String connectorClass, Map<String, String> config)
      throws IOException, InterruptedException {
    String simpleName = connectorClass.substring(connectorClass.lastIndexOf('.') + 1);
    JsonNode result =
        ok(
            call(
                "PUT",
                "/connector-plugins/" + simpleName + "/config/validate",
                JSON.writeValueAsString(config)));
    List<String> errors = new ArrayList<>();
    for (JsonNode item : result.get("configs")) {
      for (JsonNode error : item.get("value").get("errors")) {
        errors.add(item.get("value").get("name").asText() + ": " + error.asText());
      }
    }
    return errors;
  }

  public JsonNode status(String connector) throws IOException, InterruptedException {
    return ok(call("GET", "/connectors/" + connector + "/status", null));
  }

  /** Whether the connector and at least one task run, and no task has failed. */
  public boolean isRunning(String connector) throws IOException, InterruptedException {
    JsonNode status = status(connector);
    requireNotFailed(connector, status);
    boolean running = status.get("connector").get("state").asText().equals("RUNNING");
    for (JsonNode task : status.get("tasks")) {
      running &= task.get("state").asText().equals("RUNNING");
    }
    return running && !status.get("tasks").isEmpty();
  }

  /**
   * Looks for failed tasks.
   *
   * @throws IllegalStateException with the first line of the trace
   */
  public void requireNotFailed(String connector) throws IOException, InterruptedException {
    requireNotFailed(connector, status(connector));
  }

  private static void requireNotFailed(String connector, JsonNode status) {
    List<JsonNode> parts = new ArrayList<>();
    parts.add(status.get("connector"));
    status.get("tasks").forEach(parts::add);
    for (JsonNode part : parts) {
      if (part.get("state").asText().equals("FAILED")) {
        throw new IllegalStateException(
            connector + " failed: " + part.path("trace").asText().lines().limit(12).toList());
      }
    }
  }

  /** Restarts the connector and its tasks, those that have failed. */
  public void restartFailed(String connector) throws IOException, InterruptedException {
    String restart = "/connectors/" + connector + "/restart?includeTasks=true&onlyFailed=true";
    ok(call("POST", restart, ""));
  }

  public void delete(String connector) throws IOException, InterruptedException {
    ok(call("DELETE", "/connectors/" + connector, null));
  }

  private JsonNode ok(HttpResponse<String> response) throws IOException {
    if (response.statusCode() / 100 != 2) {
      throw new IOException("Connect answered " + response.statusCode() + ": " + response.body());
    }
    return response.body().isEmpty() ? JSON.nullNode() : JSON.readTree(response.body());
  }

  private HttpResponse<String> call(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(95))
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
