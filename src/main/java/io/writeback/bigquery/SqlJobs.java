package io.writeback.bigquery;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import io.writeback.retry.Backoff;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.retry.Sleeper;
import io.writeback.sink.Target;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs statements of the user, each once: what they follow names the job, so that whoever comes to
 * the same point again finds it. Another attempt has another id, and is made only after the one
 * before has failed. Safe for use by many threads.
 */
final class SqlJobs {
  private static final Logger LOG = LoggerFactory.getLogger(SqlJobs.class);
  private static final Backoff PAUSE = new Backoff(500, 30_000);
  private static final String LABEL = "writeback-sql";

  private final BigQueryJobs jobs;
  private final BigQuerySql sql;
  private final SqlKeys.Hooks settings;
  private final String deliveryLabel;
  private final Sleeper sleeper;

  SqlJobs(
      BigQueryJobs jobs,
      BigQuerySql sql,
      SqlKeys.Hooks settings,
      String deliveryId,
      Sleeper sleeper) {
    this.jobs = jobs;
    this.sql = sql;
    this.settings = settings;
    this.deliveryLabel = ChainIds.hash(deliveryId);
    this.sleeper = sleeper;
  }

  /**
   * Runs a text.
   *
   * @param point what it follows; the same for everybody who comes there
   * @return why it failed for good; empty if it succeeded
   */
  Optional<String> run(String key, String text, String point, Target table) {
    String statement = text.replace("{table}", sql.table(table));
    String id = "wb-sql-" + ChainIds.hash(point + '\0' + key + '\0' + statement) + "-";
    int attempt = 0;
    String last = "";
    for (int tries = 1; tries <= settings.attempts(); tries++) {
      try {
        Optional<String> failure = attempt(id + attempt, statement);
        if (failure.isEmpty()) {
          LOG.info("Ran {} for {} as job {}{}", key, table, id, attempt);
          return failure;
        }
        last = failure.get();
        attempt++;
      } catch (FaultException e) {
        if (e.fault() != Fault.RETRY) {
          return Optional.of(e.getMessage());
        }
        // No outcome: the same job is asked for again.
        last = e.getMessage();
      }
      if (tries < settings.attempts()) {
        pause(tries);
      }
    }
    return Optional.of(last);
  }

  /** Why an attempt failed in passing; empty if it succeeded. */
  private Optional<String> attempt(String id, String statement) {
    Job job =
        jobs.await(
            jobs.submitQuery(
                id,
                SqlStatement.of(statement),
                Map.of(LABEL, deliveryLabel),
                settings.maxBytesBilled()));
    Optional<ErrorProto> error = BigQueryJobs.error(job);
    if (error.isEmpty()) {
      return Optional.empty();
    }
    FaultException failure = BigQueryFaults.of("job " + id, error.get());
    if (failure.fault() != Fault.RETRY) {
      throw failure;
    }
    return Optional.of(failure.getMessage());
  }

  private void pause(int tries) {
    try {
      sleeper.sleepMs(PAUSE.delayMs(tries, ThreadLocalRandom.current()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FaultException.retry("interrupted while a statement was to be tried again", e);
    }
  }
}
