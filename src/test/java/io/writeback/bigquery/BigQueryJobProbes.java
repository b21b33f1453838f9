package io.writeback.bigquery;

import static io.writeback.bigquery.BigQuerySite.column;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import io.writeback.bigquery.SeenAnswers.Answer;
import io.writeback.real.BrokenException;
import io.writeback.real.Leftovers;
import io.writeback.real.Together;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** What the chain of registers and the promotion of snapshots rest on. */
final class BigQueryJobProbes {
  private static final String NONCE = "nonce";
  private static final int RACES = 3;
  private static final int JOBS = 10;
  private static final int LOOKS = 3;
  private static final int PROMOTERS = 6;

  /** Base64 of random bytes loses a quarter by compression: a resumable upload, above 8 MiB. */
  private static final int LARGE_LINES = 12;

  private static final int LARGE_LINE_BYTES = 768 << 10;

  private BigQueryJobProbes() {}

  /** L1: a job id can be used once. */
  static String race(Map<String, String> services, Leftovers leftovers) throws Exception {
    return races(services, leftovers, RACES, 2, 16);
  }

  /** The same for uploads in several requests, of which the id is in the first. */
  static String resumableRace(Map<String, String> services, Leftovers leftovers) throws Exception {
    return races(services, leftovers, 1, LARGE_LINES, LARGE_LINE_BYTES);
  }

  private static String races(
      Map<String, String> services, Leftovers leftovers, int races, int lines, int lineBytes)
      throws Exception {
    List<BigQuerySite> racers =
        List.of(new BigQuerySite(services, leftovers), new BigQuerySite(services, leftovers));
    BigQuerySite first = racers.get(0);
    Target table =
        first.table(column("id", "STRING"), column("who", "STRING"), column("t", "STRING"));
    TreeSet<String> refusals = new TreeSet<>();
    for (int race = 0; race < races; race++) {
      String id = first.name();
      List<Callable<Job>> uploads = new ArrayList<>();
      for (int i = 0; i < racers.size(); i++) {
        String who = "racer-" + i;
        BigQuerySite racer = racers.get(i);
        racer.seen.forget();
        GzipRows rows = rows(id, who, lines + i, lineBytes);
        uploads.add(() -> racer.jobs.submitLoad(id, table, rows, Map.of(NONCE, who)));
      }
      List<Job> readBack = submitted(uploads, racers);
      refusals.addAll(refusals(racers));
      String winner = BigQueryJobs.label(readBack.get(0), NONCE);
      BrokenException.unless(
          winner.equals(BigQueryJobs.label(readBack.get(1), NONCE)),
          "two uploads under job id %s read two different jobs back",
          id);
      succeeded(first.jobs.await(readBack.get(0)));
      long expected = lines + Integer.parseInt(winner.substring("racer-".length()));
      String landed = landed(first, table, id);
      BrokenException.unless(
          landed.equals(winner + "=" + expected),
          "job id %s was won by %s with %d rows, and the table has %s",
          id,
          winner,
          expected,
          landed);
    }
    return races + " races, each with one 409 (" + String.join(", ", refusals) + ")";
  }

  /** A job that is not to be found has an explanation if both uploads were answered otherwise. */
  private static List<Job> submitted(List<Callable<Job>> uploads, List<BigQuerySite> racers)
      throws Exception {
    try {
      return Together.run(uploads);
    } catch (FaultException e) {
      long answered =
          racers.stream()
              .flatMap(racer -> racer.seen.uploads().stream())
              .filter(answer -> answer.accepts() || answer.status() == 409)
              .count();
      if (answered == racers.size()) {
        refusals(racers);
      }
      throw e;
    }
  }

  /** When the loser was told; exactly one of the two must have been. */
  private static List<String> refusals(List<BigQuerySite> racers) throws BrokenException {
    List<Answer> uploads = racers.stream().flatMap(racer -> racer.seen.uploads().stream()).toList();
    long accepted = uploads.stream().filter(Answer::accepts).count();
    List<Answer> refused = uploads.stream().filter(answer -> answer.status() == 409).toList();
    if (uploads.stream().anyMatch(answer -> answer.status() >= 500)) {
      throw FaultException.retry("BigQuery had trouble of its own: " + uploads.size(), null);
    }
    BrokenException.unless(
        accepted == 1 && refused.size() == 1,
        "of two uploads under one job id %d were accepted and %d got 409",
        accepted,
        refused.size());
    return refused.stream()
        .map(
            answer ->
                answer.method().equals("PUT")
                    ? "with the last byte"
                    : answer.url().contains("uploadType=multipart")
                        ? "as the answer"
                        : "before the first byte")
        .toList();
  }

  static GzipRows rows(String id, String who, int lines, int lineBytes) {
    GzipRows rows = new GzipRows();
    byte[] noise = new byte[lineBytes];
    for (int i = 0; i < lines; i++) {
      new Random(i).nextBytes(noise);
      byte[] line =
          ("{\"id\":\""
                  + id
                  + "\",\"who\":\""
                  + who
                  + "\",\"t\":\""
                  + Base64.getEncoder().encodeToString(noise)
                  + "\"}\n")
              .getBytes(StandardCharsets.UTF_8);
      rows.add(line, line.length, i);
    }
    rows.close();
    return rows;
  }

  static String landed(BigQuerySite site, Target table, String id) {
    StringBuilder landed = new StringBuilder();
    site.queries
        .rows(
            SqlStatement.of(
                    "SELECT who, COUNT(*) AS n FROM "
                        + site.sql.table(table)
                        + " WHERE id = @id GROUP BY who ORDER BY who")
                .with("id", id))
        .forEach(row -> landed.append(row.text("who")).append('=').append(row.text("n")));
    return landed.toString();
  }

  static void succeeded(Job job) {
    BigQueryJobs.error(job)
        .ifPresent(
            error -> {
              throw BigQueryFaults.of("job " + job.getJobReference().getJobId(), error);
            });
  }

  /** L1, L2: 404 from jobs.get means that the head of a chain is reached. */
  static String visible(Map<String, String> services, Leftovers leftovers) throws Exception {
    BigQuerySite submitter = new BigQuerySite(services, leftovers);
    BigQuerySite onlooker = new BigQuerySite(services, leftovers);
    for (int i = 0; i < JOBS; i++) {
      String id = submitter.name();
      boolean there = true;
      try {
        submitter.jobs.submitQuery(id, SqlStatement.of("SELECT 1"), Map.of());
        for (int look = 0; look < LOOKS; look++) {
          there &= onlooker.jobs.find(id).isPresent() && submitter.jobs.find(id).isPresent();
        }
      } catch (FaultException e) {
        if (!submitter.seen.any(answer -> answer.status() == 404)) {
          throw e;
        }
        there = false;
      }
      BrokenException.unless(there, "job %s was accepted, and jobs.get answered 404", id);
    }
    return JOBS + " jobs, each seen " + (2 * LOOKS + 1) + " times at once by two clients";
  }

  /** L1: a job that may not be read must not look as if it were not there. */
  static String ofAnother(Map<String, String> services, Leftovers leftovers, String keyFile)
      throws Exception {
    Map<String, String> theirs = new HashMap<>(services);
    theirs.put("bigquery.credentials.source", "key_file");
    theirs.put("bigquery.credentials.file", keyFile);
    BigQuerySite other = new BigQuerySite(theirs, leftovers);
    BigQuerySite ours = new BigQuerySite(services, leftovers);
    String id = other.name();
    other.jobs.submitQuery(id, SqlStatement.of("SELECT 1"), Map.of());
    try {
      BrokenException.unless(
          ours.jobs.find(id).isPresent(),
          "jobs.get answered 404 for a job of another account, as if it were not there");
      return "it can be read";
    } catch (FaultException e) {
      BrokenException.unless(
          ours.seen.any(answer -> answer.status() == 403),
          "jobs.get of a job of another account failed otherwise than with 403: %s",
          e.getMessage());
      return "403";
    }
  }

  /** S2: of several that promote to one position at once, one gets through. */
  static String promotions(Map<String, String> services, Leftovers leftovers) throws Exception {
    BigQuerySite site = new BigQuerySite(services, leftovers);
    Target control = site.unmade();
    site.queries.execute(SqlStatement.of(site.sql.createControl(control, BigQuerySite.expiring())));
    List<Callable<Job>> promoters = new ArrayList<>();
    for (int i = 0; i < PROMOTERS; i++) {
      BigQuerySite promoter = new BigQuerySite(services, leftovers);
      String name = site.name();
      promoters.add(() -> promoter.queries.run(name, promotion(site, control, name)));
    }
    List<String> through = new ArrayList<>();
    int cancelled = 0;
    for (Job job : Together.run(promoters)) {
      String message = BigQueryJobs.error(job).map(ErrorProto::getMessage).orElse(null);
      if (message == null) {
        through.add(job.getJobReference().getJobId());
      } else if (!message.contains(BigQuerySql.ALREADY)) {
        FaultException fault =
            BigQueryFaults.of("promoting", BigQueryJobs.error(job).orElseThrow());
        BrokenException.unless(
            fault.fault() == Fault.RETRY,
            "a promotion was refused in words that the sink does not know for a conflict: %s",
            fault.getMessage());
        cancelled++;
      }
    }
    BrokenException.unless(
        through.size() == 1,
        "of %d promotions to one position at once %d got through",
        PROMOTERS,
        through.size());
    String shown =
        site.queries.rows(SqlStatement.of(site.sql.readControl(control))).get(0).text("snapshot");
    BrokenException.unless(
        through.get(0).equals(shown), "%s got through, the row says %s", through.get(0), shown);
    return PROMOTERS + " at once: 1 got through, " + cancelled + " cancelled by a conflict";
  }

  private static SqlStatement promotion(BigQuerySite site, Target control, String snapshot) {
    return SqlStatement.of(site.sql.promote(control, null, null, List.of(), false))
        .with("delivery", "writeback-probe")
        .with("generation", 0L)
        .with("dataset", "probe")
        .with("producer", "probe")
        .with("promoted", 1L)
        .with("snapshot", snapshot)
        .with("version", "v")
        .with("version_time_ms", 0L)
        .with("rows", 0L)
        .with("content_hash", "h")
        .with("table_counter", 1L);
  }
}
