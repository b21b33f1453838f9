package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Job;
import io.writeback.retry.FaultException;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loads of a range. Those of a range over several tables hang on its register: table t is
 * loaded by job {@code <register>-<hash t>-<a>}, and a+1 is tried only after a has failed, so that
 * one attempt at most succeeds, whoever makes it.
 */
final class RangeLoads {
  private static final Logger LOG = LoggerFactory.getLogger(RangeLoads.class);

  private final BigQueryJobs jobs;
  private final TableWork work;
  private final String routing;

  /**
   * Loads.
   *
   * @param routing fingerprint of what decides which table a record goes to
   */
  RangeLoads(BigQueryJobs jobs, TableWork work, String routing) {
    this.jobs = jobs;
    this.work = work;
    this.routing = routing;
  }

  String routing() {
    return routing;
  }

  /** Whether a range over these tables needs no register but the job of the one table. */
  boolean isRegister(Map<Target, LoadBatch> byTable) {
    return byTable.size() == 1 && work.canBeRegister();
  }

  /** Submits a batch; the job that has the id then may be somebody else's. */
  Job submit(String id, LoadBatch batch, Map<String, String> labels) {
    return work.submit(id, batch, labels);
  }

  /** The rows because of which the job of a batch failed. */
  List<RejectedRow> rejected(Job failed, LoadBatch batch) {
    return work.rejected(failed, batch);
  }

  /** Whether every table of a register is loaded; waits for loads that run. */
  boolean areDone(ChainIds ids, Register register) {
    for (Target table : new TreeSet<>(register.hanging().keySet())) {
      if (latest(ids, register, table).filter(Attempt::succeeded).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Loads what is still missing.
   *
   * @return rows that BigQuery refuses; empty once everything is loaded
   * @throws FaultException CONFIGURATION if records may go to other tables now than when the range
   *     was begun; FATAL if the rows at hand are not those of the register
   */
  List<RejectedRow> finish(ChainIds ids, Register register, Map<Target, LoadBatch> byTable) {
    if (!register.routing().isEmpty() && !register.routing().equals(routing)) {
      throw FaultException.configuration(
          "the range from offset "
              + register.start()
              + " to "
              + register.end()
              + " is loaded into some of its tables only, and "
              + Routing.KEYS
              + " have changed since it was begun: its rows could be lost or doubled. Put them back"
              + " until the connector has gone on once, then change them",
          null);
    }
    if (!register.hanging().keySet().containsAll(byTable.keySet())) {
      throw FaultException.fatal(
          "an unfinished range is for tables "
              + new TreeSet<>(register.hanging().keySet())
              + ", but its rows now go to "
              + byTable.keySet()
              + ": put table.map and table.name.format back as they were until it is finished",
          null);
    }
    List<RejectedRow> rejected = new ArrayList<>();
    for (Map.Entry<Target, Long> entry : new TreeMap<>(register.hanging()).entrySet()) {
      rejected.addAll(
          load(ids, register, entry.getKey(), entry.getValue(), byTable.get(entry.getKey())));
    }
    return rejected;
  }

  private List<RejectedRow> load(
      ChainIds ids, Register register, Target table, long registered, LoadBatch batch) {
    Optional<Attempt> latest = latest(ids, register, table);
    if (latest.filter(Attempt::succeeded).isPresent()) {
      landed(batch);
      return List.of();
    }
    long rows = batch == null ? 0 : batch.lines();
    if (rows > registered) {
      throw FaultException.fatal(
          "an unfinished range has "
              + registered
              + " rows for "
              + table
              + ", but reading it again gave "
              + rows
              + ": was the topic made anew? Then raise delivery.generation",
          null);
    }
    if (rows < registered) {
      LOG.warn(
          "Range {}-{} has {} of {} rows left for {}, the others were refused",
          register.start(),
          register.end(),
          rows,
          registered,
          table);
    }
    List<RejectedRow> refused = rows == 0 ? List.of() : work.prepare(batch);
    if (!refused.isEmpty()) {
      return refused;
    }
    String id = ids.load(register.k(), table, latest.map(a -> a.number() + 1).orElse(0));
    Register label =
        new Register(
            register.k(),
            register.start(),
            register.end(),
            rows,
            UUID.randomUUID().toString(),
            Map.of(),
            false,
            routing);
    Job job =
        jobs.await(
            rows == 0
                ? jobs.submitQuery(id, SqlStatement.of(label.query()), label.labels())
                : submit(id, batch, label.labels()));
    if (BigQueryJobs.error(job).isEmpty()) {
      check(job);
      landed(batch);
      return List.of();
    }
    if (!label.nonce().equals(BigQueryJobs.label(job, Register.NONCE))) {
      throw FaultException.retry("another owner's load " + id + " has failed", null);
    }
    return work.rejected(job, batch);
  }

  private void landed(LoadBatch batch) {
    if (batch != null) {
      work.landed(batch);
    }
  }

  private Optional<Attempt> latest(ChainIds ids, Register register, Target table) {
    Optional<Attempt> latest = Optional.empty();
    for (int a = 0; ; a++) {
      Optional<Job> job = jobs.find(ids.load(register.k(), table, a));
      if (job.isEmpty()) {
        return latest;
      }
      Job done = jobs.await(job.get());
      if (BigQueryJobs.error(done).isEmpty()) {
        check(done);
        return Optional.of(new Attempt(a, true));
      }
      latest = Optional.of(new Attempt(a, false));
    }
  }

  private static void check(Job job) {
    if (job.getConfiguration().getLoad() != null) {
      LoadResult.checkRows(job, Long.parseLong(BigQueryJobs.label(job, Register.ROWS)));
    }
  }

  private record Attempt(int number, boolean succeeded) {}
}
