package io.writeback.domo;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.domo.DomoException.Kind;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The streams that feed DataSets, by the public API (developer.domo.com, "Stream API"). Used by one
 * thread.
 */
final class DomoStreams {
  /** The most that one call lists ("List Stream executions"). */
  private static final int ALL = 500;

  /** Enough to meet a successful one among failures. */
  private static final int NEWEST = 20;

  private static final String SUCCESS = "SUCCESS";

  private final Get get;
  private final Map<String, Stream> known = new HashMap<>();

  DomoStreams(Get get) {
    this.get = get;
  }

  /** A call of the public API. */
  interface Get {
    <T> T json(String path, HttpDomoApi.Reader<T> reader);
  }

  /**
   * A stream.
   *
   * @param newestFirst whether its executions were seen in that order, which is not documented
   */
  private record Stream(long id, boolean newestFirst) {}

  /** Executions as one call shows them. */
  private record Page(long newestSuccess, int size, boolean newestFirst) {
    static final long NONE = -1;
  }

  /** Nothing without a stream, a success, or a way to see the newest one in one call. */
  Optional<Long> newestExecution(String dataset) {
    Stream stream = known.get(dataset);
    if (stream == null) {
      Optional<Long> found = get.json(search(dataset), json -> streamId(json, dataset));
      if (found.isEmpty()) {
        return Optional.empty();
      }
      stream = new Stream(found.get(), false);
    }
    try {
      return newest(dataset, stream);
    } catch (DomoException e) {
      if (e.kind() == Kind.NOT_FOUND) {
        known.remove(dataset); // another one may feed it now
      }
      throw e;
    }
  }

  private Optional<Long> newest(String dataset, Stream stream) {
    Page page = page(stream.id(), stream.newestFirst() ? NEWEST : ALL);
    if (page.size() == NEWEST && page.newestSuccess() == Page.NONE) {
      page = page(stream.id(), ALL);
    }
    known.put(dataset, new Stream(stream.id(), page.newestFirst()));
    boolean seen = page.newestFirst() || page.size() < ALL;
    return seen && page.newestSuccess() != Page.NONE
        ? Optional.of(page.newestSuccess())
        : Optional.empty();
  }

  private Page page(long stream, int limit) {
    return get.json("/v1/streams/" + stream + "/executions?limit=" + limit, DomoStreams::page);
  }

  private static String search(String dataset) {
    return "/v1/streams/search?q=dataSource.id:" + dataset + "&fields=all";
  }

  private static Optional<Long> streamId(JsonNode json, String dataset) throws IOException {
    if (!json.isArray()) {
      throw new IOException("expected a list of streams, got " + json.getNodeType());
    }
    for (JsonNode stream : json) {
      String feeds = stream.path("dataSet").path("id").asText(dataset);
      if (feeds.equalsIgnoreCase(dataset) && stream.path("id").isNumber()) {
        return Optional.of(stream.path("id").asLong());
      }
    }
    return Optional.empty();
  }

  private static Page page(JsonNode json) throws IOException {
    if (!json.isArray()) {
      throw new IOException("expected a list of executions, got " + json.getNodeType());
    }
    long newest = Page.NONE;
    for (JsonNode execution : json) {
      if (SUCCESS.equalsIgnoreCase(execution.path("currentState").asText())) {
        newest = Math.max(newest, execution.path("id").asLong(Page.NONE));
      }
    }
    long first = json.path(0).path("id").asLong();
    long last = json.path(json.size() - 1).path("id").asLong();
    return new Page(newest, json.size(), json.size() > 1 && first > last);
  }
}
