package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.job.Job;
import io.writeback.standin.bigquery.job.Jobs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The REST resource jobs. */
final class JobApi {
  private static final long TIMEOUT = 10_000;
  private static final long MAX_TIMEOUT = 200_000;

  private final Jobs jobs;
  private final TableDataApi data;
  private final Permissions permissions;
  private final Map<String, Job> requests = new ConcurrentHashMap<>();

  JobApi(Jobs jobs, TableDataApi data, Permissions permissions) {
    this.jobs = jobs;
    this.data = data;
    this.permissions = permissions;
  }

  Answer insert(ApiCall call) {
    return Answer.json(insert(call, call.body(), null).toJson());
  }

  /** Starts a job, of an upload or without one. */
  Job insert(ApiCall call, JsonNode resource, java.nio.file.Path upload) {
    permissions.require(call.principal(), "bigquery.jobs.create", "Project " + call.project());
    JsonNode load = resource.path("configuration").path("load");
    if (load.has("destinationTable")) {
      JsonNode table = load.get("destinationTable");
      permissions.require(
          call.principal(),
          "bigquery.tables.updateData",
          "Table "
              + table.path("projectId").asText(call.project())
              + ":"
              + table.path("datasetId").asText()
              + "."
              + table.path("tableId").asText());
    }
    return jobs.insert(call.project(), resource, call.principal(), upload);
  }

  Answer get(ApiCall call) {
    return Answer.json(job(call).toJson());
  }

  /** The creator sees a job; others need the permission. */
  private Job job(ApiCall call) {
    String id = call.parts().get("job");
    String location = call.query().get("location");
    Job job =
        jobs.find(call.project(), location, id)
            .orElseThrow(
                () ->
                    ApiException.notFound(
                        "Job "
                            + call.project()
                            + ":"
                            + (location == null ? "" : location + ".")
                            + id));
    if (!job.creator().equals(call.principal())
        && !permissions.has(call.principal(), "bigquery.jobs.get")) {
      throw new ApiException(
          403,
          "accessDenied",
          "Access Denied: Job "
              + job.key()
              + ": Permission bigquery.jobs.get denied on job "
              + job.key()
              + " (or it may not exist).");
    }
    return job;
  }

  Answer list(ApiCall call) {
    boolean all =
        Boolean.parseBoolean(call.query().get("allUsers"))
            && permissions.has(call.principal(), "bigquery.jobs.listAll");
    String parent = call.query().getOrDefault("parentJobId", "");
    String state = call.query().getOrDefault("stateFilter", "");
    List<Job> found = new ArrayList<>();
    for (Job job : jobs.list(call.project())) {
      if ((all || job.creator().equals(call.principal()))
          && job.statistic("parentJobId").equals(parent)
          && (state.isEmpty() || job.state().name().equalsIgnoreCase(state))) {
        found.add(job);
      }
    }
    ObjectNode answer =
        JsonNodeFactory.instance.objectNode().put("kind", "bigquery#jobList").put("etag", "list");
    Page page = Page.of(call, found.size(), 50);
    var list = answer.putArray("jobs");
    for (Job job : found.subList((int) page.from(), (int) page.to())) {
      ObjectNode json = job.toJson();
      json.put("state", job.state().name());
      job.error().ifPresent(error -> json.set("errorResult", error.toErrorProto()));
      list.add(json);
    }
    page.token(answer, "nextPageToken");
    return Answer.json(answer);
  }

  Answer cancel(ApiCall call) {
    Job job = job(call);
    job.cancel();
    ObjectNode answer =
        JsonNodeFactory.instance.objectNode().put("kind", "bigquery#jobCancelResponse");
    answer.set("job", job.toJson());
    return Answer.json(answer);
  }

  Answer delete(ApiCall call) {
    Job job = job(call);
    permissions.require(call.principal(), "bigquery.jobs.delete", "Job " + job.key());
    jobs.delete(job.key());
    return Answer.empty();
  }

  /** jobs.query: a job with a name of the service's, and the first page if it is done in time. */
  Answer query(ApiCall call) throws InterruptedException {
    ObjectNode body = call.body();
    String requestId = body.path("requestId").asText("");
    Job job = requestId.isEmpty() ? null : requests.get(requestId);
    if (job == null) {
      job = insert(call, QueryRequests.job(body, call.project()), null);
      if (!requestId.isEmpty()) {
        requests.put(requestId, job);
      }
    }
    Map<String, String> query = new java.util.HashMap<>(call.query());
    for (String name : List.of("maxResults", "timeoutMs")) {
      if (body.hasNonNull(name)) {
        query.put(name, body.get(name).asText());
      }
    }
    body.path("formatOptions")
        .properties()
        .forEach(e -> query.put("formatOptions." + e.getKey(), e.getValue().asText()));
    ApiCall paging = new ApiCall(call.http(), call.principal(), call.parts(), query, call.text());
    ObjectNode answer = results(paging, job);
    return Answer.json(answer.put("kind", "bigquery#queryResponse"));
  }

  Answer results(ApiCall call) throws InterruptedException {
    return Answer.json(results(call, job(call)).put("kind", "bigquery#getQueryResultsResponse"));
  }

  private ObjectNode results(ApiCall call, Job job) throws InterruptedException {
    long timeout = Long.parseLong(call.query().getOrDefault("timeoutMs", Long.toString(TIMEOUT)));
    boolean done = job.await(Math.min(timeout, MAX_TIMEOUT));
    ObjectNode answer = JsonNodeFactory.instance.objectNode().put("jobComplete", done);
    answer.set("jobReference", job.reference());
    if (!done) {
      return answer;
    }
    if (job.error().isPresent()) {
      throw job.error().get();
    }
    answer.put("etag", "results");
    answer.put("location", job.key().location());
    answer.put("cacheHit", false);
    answer.put("totalBytesProcessed", text(job.statistic("totalBytesProcessed"), "0"));
    for (String name : List.of("creationTime", "startTime", "endTime")) {
      answer.put(name, job.statistic(name));
    }
    String affected = job.statistic("query", "numDmlAffectedRows");
    if (!affected.isEmpty()) {
      answer.put("numDmlAffectedRows", affected);
    }
    answer.put("totalRows", "0");
    if (job.result().isPresent()) {
      answer.set("schema", job.result().get().schema().toJson());
      data.rows(call, job.result().get(), List.of(), answer);
    } else {
      QueryRequests.dryRunSchema(job).ifPresent(schema -> answer.set("schema", schema));
    }
    return answer;
  }

  private static String text(String value, String otherwise) {
    return value.isEmpty() ? otherwise : value;
  }
}
