package io.writeback.standin.bigquery.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.DatasetId;
import io.writeback.standin.bigquery.catalog.NameRules;
import io.writeback.standin.bigquery.catalog.TableId;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Every job there has been, by name, and the threads that run them. */
public final class Jobs implements AutoCloseable {
  private final Catalog catalog;
  private final JobGate gate;
  private final JobPace pace;
  private final QueryWork queries;
  private final LoadWork loads;
  private final CopyWork copies;
  private final Map<JobKey, Job> jobs = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "bigquery-job");
            thread.setDaemon(true);
            return thread;
          });

  public Jobs(Catalog catalog, JobGate gate, JobPace pace, ObjectPort objects) {
    this.catalog = catalog;
    this.gate = gate;
    this.pace = pace;
    this.queries = new QueryWork(catalog, this);
    this.loads = new LoadWork(catalog, objects, pace.loadsPerTablePerDay());
    this.copies = new CopyWork(catalog);
  }

  /**
   * Starts a job.
   *
   * @param upload the file of a load job by upload, or null
   * @throws ApiException 409 if its id has been used in this project and location, for good
   */
  public Job insert(String project, JsonNode resource, String creator, Path upload) {
    ObjectNode configuration = configuration(resource);
    NameRules.checkLabels(configuration.path("labels"));
    JsonNode reference = resource.path("jobReference");
    String id =
        reference.path("jobId").asText("job_" + UUID.randomUUID().toString().replace("-", ""));
    NameRules.checkJobId(id);
    String location =
        reference
            .path("location")
            .asText(locationOf(project, configuration))
            .toUpperCase(Locale.ROOT);
    Job job =
        new Job(
            new JobKey(project, canonical(location), id), creator, configuration, catalog.now());
    boolean dryRun = configuration.path("dryRun").asBoolean();
    if (dryRun) {
      queries.dryRun(job);
      return job;
    }
    if (jobs.containsKey(job.key())) {
      throw ApiException.duplicate("Job " + job.key());
    }
    job.type();
    if (configuration.has("load")) {
      loads.check(job);
    } else if (configuration.has("copy")) {
      copies.check(job);
    }
    if (jobs.putIfAbsent(job.key(), job) != null) {
      throw ApiException.duplicate("Job " + job.key());
    }
    threads.execute(() -> run(job, upload));
    return job;
  }

  private static ObjectNode configuration(JsonNode resource) {
    if (!(resource.path("configuration") instanceof ObjectNode configuration)) {
      throw ApiException.required("configuration");
    }
    return configuration.deepCopy();
  }

  /** Regions are lower case, multi-regions upper case, as the service writes them. */
  private static String canonical(String location) {
    return location.equals("US") || location.equals("EU")
        ? location
        : location.toLowerCase(Locale.ROOT);
  }

  private String locationOf(String project, JsonNode configuration) {
    JsonNode query = configuration.path("query");
    JsonNode dataset =
        query.has("defaultDataset") ? query.path("defaultDataset") : query.path("destinationTable");
    for (String type : List.of("load", "copy")) {
      if (configuration.has(type)) {
        dataset = configuration.path(type).path("destinationTable");
      }
    }
    if (dataset.hasNonNull("datasetId")) {
      DatasetId id =
          new DatasetId(
              dataset.path("projectId").asText(project), dataset.get("datasetId").asText());
      return catalog.findDataset(id).map(d -> d.location()).orElse("US");
    }
    return query.hasNonNull("query")
        ? queries.location(project, query.get("query").asText())
        : "US";
  }

  private void run(Job job, Path upload) {
    ApiException failure = null;
    io.writeback.standin.bigquery.catalog.StoredTable rows = null;
    try {
      job.pause(pace.pending().toMillis());
      gate.beforeRunning(job);
      job.running(catalog.now());
      job.pause(pace.running().toMillis());
      gate.beforeEffect(job);
      switch (job.type()) {
        case "query" -> rows = queries.run(job);
        case "load" -> loads.run(job, upload);
        default -> copies.run(job);
      }
    } catch (ApiException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = new ApiException(499, "stopped", "The service was shut down");
    } catch (RuntimeException e) {
      System.getLogger(Jobs.class.getName())
          .log(System.Logger.Level.WARNING, "job " + job.key() + " failed inside", e);
      failure = new ApiException(500, "internalError", String.valueOf(e));
    } finally {
      Uploads.delete(upload);
      job.finish(failure, rows, catalog.now());
    }
  }

  /** Keeps a statement of a script as a job of its own. */
  void child(Job job) {
    jobs.put(job.key(), job);
  }

  /**
   * Finds a job.
   *
   * @param location null finds jobs in the multi-regions US and EU only
   */
  public Optional<Job> find(String project, String location, String id) {
    if (location != null && !location.isEmpty()) {
      return Optional.ofNullable(
          jobs.get(new JobKey(project, canonical(location.toUpperCase(Locale.ROOT)), id)));
    }
    Job us = jobs.get(new JobKey(project, "US", id));
    return Optional.ofNullable(us == null ? jobs.get(new JobKey(project, "EU", id)) : us);
  }

  /** Newest first, without the statements of scripts. */
  public List<Job> list(String project) {
    return jobs.values().stream()
        .filter(job -> job.key().project().equals(project))
        .sorted(
            Comparator.comparing((Job job) -> Long.parseLong(job.statistic("creationTime")))
                .reversed()
                .thenComparing(job -> job.key().id()))
        .toList();
  }

  /** Forgets a job's metadata; its id can be used again, which is what makes this dangerous. */
  public void delete(JobKey key) {
    jobs.remove(key);
  }

  static TableId table(JsonNode reference, String project) {
    TableId id = TableId.parse(reference, project);
    int decorator = id.table().indexOf('$');
    return decorator < 0
        ? id
        : new TableId(id.project(), id.dataset(), id.table().substring(0, decorator));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(10, java.util.concurrent.TimeUnit.SECONDS)) {
        System.getLogger(Jobs.class.getName())
            .log(System.Logger.Level.WARNING, "a job did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
