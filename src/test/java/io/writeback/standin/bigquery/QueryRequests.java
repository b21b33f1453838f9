package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.job.Job;
import java.util.List;
import java.util.Optional;

/** The short form of a query, jobs.query, as a job resource. */
final class QueryRequests {
  private QueryRequests() {}

  static ObjectNode job(JsonNode request, String project) {
    ObjectNode resource = JsonNodeFactory.instance.objectNode();
    if (request.hasNonNull("location")) {
      resource
          .putObject("jobReference")
          .put("projectId", project)
          .put("location", request.get("location").asText());
    }
    ObjectNode configuration = resource.putObject("configuration");
    for (String name : List.of("dryRun", "labels", "jobTimeoutMs")) {
      if (request.hasNonNull(name)) {
        configuration.set(name, request.get(name));
      }
    }
    ObjectNode query = configuration.putObject("query");
    for (String name :
        List.of(
            "query",
            "defaultDataset",
            "useQueryCache",
            "useLegacySql",
            "parameterMode",
            "queryParameters",
            "maximumBytesBilled",
            "connectionProperties",
            "createSession")) {
      if (request.hasNonNull(name)) {
        query.set(name, request.get(name));
      }
    }
    return resource;
  }

  /** The columns that a dry run found. */
  static Optional<JsonNode> dryRunSchema(Job job) {
    return Optional.ofNullable(job.toJson().path("statistics").path("query").get("schema"));
  }
}
