package io.writeback.domo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.kafka.common.config.types.Password;

/**
 * The endpoints of a Domo instance that tell versions apart (Product APIs, "Managing Dataset
 * History" and "Datasets"). They take a developer token, which acts with all rights of its user; so
 * nothing else is asked of them.
 */
final class DomoInstance implements AutoCloseable {
  private static final String SUCCESS = "success";

  private final HttpCalls calls;
  private final DomoFaults faults;
  private final Password token;

  DomoInstance(HttpCalls calls, DomoFaults faults, Password token) {
    this.calls = calls;
    this.faults = faults;
    this.token = token;
  }

  /** A successful upload; later ones have higher ids. */
  record Upload(long id, long bytes) {}

  /** Nothing if it has no history, as a view of other DataSets has none. */
  Optional<Upload> newestUpload(String dataset) {
    JsonNode list = get("/api/data/v2/datasources/" + dataset + "/dataversions", "");
    Upload newest = null;
    for (JsonNode version : list) {
      boolean whole = SUCCESS.equalsIgnoreCase(version.path("uploadStatus").asText());
      if (whole && version.path("dataId").isNumber()) {
        Upload upload =
            new Upload(version.path("dataId").asLong(), version.path("numBytes").asLong(0));
        newest = newest == null || upload.id() > newest.id() ? upload : newest;
      }
    }
    return Optional.ofNullable(newest);
  }

  /** Nothing if no stream feeds it, or none of its runs succeeded yet. */
  Optional<Long> newestStreamRun(String dataset) {
    JsonNode stream = get("/api/data/v3/datasources/" + dataset, "?part=core").path("streamId");
    if (!stream.isNumber()) {
      return Optional.empty();
    }
    JsonNode id =
        get("/api/data/v1/streams/" + stream.asLong(), "")
            .path("lastSuccessfulExecution")
            .path("executionId");
    return id.isNumber() ? Optional.of(id.asLong()) : Optional.empty();
  }

  private JsonNode get(String path, String query) {
    String call = "GET " + path;
    HttpGet request = new HttpGet(path + query);
    request.setHeader("X-DOMO-Developer-Token", token.value());
    request.setHeader("Accept", "application/json");
    try (HttpExchange exchange =
        faults.success(
            calls.send(call, request, calls.settings().timeouts().requestMs()),
            call,
            DomoFaults.DEVELOPER_ADVICE)) {
      return DomoJson.tree(exchange.text());
    } catch (IOException e) {
      throw faults.unreadable(call, e);
    }
  }

  @Override
  public void close() {
    calls.close();
  }
}
