package io.writeback.standin.bigquery.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.StoredTable;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A job and its state. Its id stays taken, whatever its end. Safe for use by many threads. */
public final class Job {
  /** State of a job. */
  public enum State {
    PENDING,
    RUNNING,
    DONE
  }

  private final JobKey key;
  private final String creator;
  private final ObjectNode configuration;
  private final ObjectNode statistics = JsonNodeFactory.instance.objectNode();
  private final ArrayNode errors = JsonNodeFactory.instance.arrayNode();
  private final CountDownLatch done = new CountDownLatch(1);
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private State state = State.PENDING;
  private ApiException error;
  private StoredTable result;

  Job(JobKey key, String creator, ObjectNode configuration, long now) {
    this.key = key;
    this.creator = creator;
    this.configuration = configuration;
    statistics.put("creationTime", Long.toString(now));
  }

  public JobKey key() {
    return key;
  }

  public String creator() {
    return creator;
  }

  public ObjectNode configuration() {
    return configuration;
  }

  /** query, load or copy. */
  public String type() {
    for (String type : new String[] {"query", "load", "copy"}) {
      if (configuration.has(type)) {
        return type;
      }
    }
    throw ApiException.required("configuration");
  }

  public synchronized State state() {
    return state;
  }

  /** Waits; true if the job is done by then. */
  public boolean await(long millis) throws InterruptedException {
    return done.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Waits for the end of a delay or for a cancellation, which ends the job. */
  void pause(long millis) throws InterruptedException {
    if (millis > 0 && cancelled.await(millis, TimeUnit.MILLISECONDS)) {
      throw stopped();
    }
  }

  /** Waits for someone's permission or for a cancellation, which ends the job. */
  public void hold(CountDownLatch release) throws InterruptedException {
    while (!release.await(20, TimeUnit.MILLISECONDS)) {
      if (cancelled.getCount() == 0) {
        throw stopped();
      }
    }
  }

  private static ApiException stopped() {
    return new ApiException(
        499, "stopped", "Job execution was cancelled: User requested cancellation");
  }

  /** Asks for the end. A job whose effect has begun goes on, as the service's may. */
  public void cancel() {
    cancelled.countDown();
  }

  synchronized void running(long now) {
    state = State.RUNNING;
    statistics.put("startTime", Long.toString(now));
  }

  /** Changes statistics; the caller gets the live object for the time of the call. */
  synchronized void statistics(java.util.function.Consumer<ObjectNode> change) {
    change.accept(statistics);
  }

  synchronized void rowError(ApiException bad) {
    if (errors.size() < 100) {
      errors.add(bad.toErrorProto());
    }
  }

  synchronized void finish(ApiException failure, StoredTable rows, long now) {
    if (!statistics.has("startTime")) {
      statistics.put("startTime", Long.toString(now));
    }
    error = failure;
    result = rows;
    statistics.put("endTime", Long.toString(now));
    state = State.DONE;
    done.countDown();
  }

  public synchronized Optional<ApiException> error() {
    return Optional.ofNullable(error);
  }

  /** The rows that a query returned. */
  public synchronized Optional<StoredTable> result() {
    return Optional.ofNullable(result);
  }

  public synchronized String statistic(String... path) {
    com.fasterxml.jackson.databind.JsonNode node = statistics;
    for (String name : path) {
      node = node.path(name);
    }
    return node.asText("");
  }

  public ObjectNode reference() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("projectId", key.project())
        .put("jobId", key.id())
        .put("location", key.location());
  }

  /** The resource as jobs.get returns it. */
  public synchronized ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", "bigquery#job")
        .put("etag", key.id() + "-" + state)
        .put("id", key.toString())
        .put("user_email", creator);
    json.set("jobReference", reference());
    ObjectNode config = configuration.deepCopy();
    config.put("jobType", type().toUpperCase(java.util.Locale.ROOT));
    if (result != null && config.path("query") instanceof ObjectNode query) {
      if (!query.has("destinationTable")) {
        query.set("destinationTable", result.id().toJson());
      }
    }
    json.set("configuration", config);
    json.set("statistics", statistics.deepCopy());
    ObjectNode status = json.putObject("status").put("state", state.name());
    if (error != null) {
      status.set("errorResult", error.toErrorProto());
    }
    if (error != null || errors.size() > 0) {
      ArrayNode all = status.putArray("errors");
      if (error != null) {
        all.add(error.toErrorProto());
      }
      all.addAll(errors.deepCopy());
    }
    return json;
  }
}
