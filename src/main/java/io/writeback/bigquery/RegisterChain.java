package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Job;
import io.writeback.retry.FaultException;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The chain of registers of one partition, as one owner sees it. R(0), R(1), … are jobs; each fixes
 * a range for all tables, and the job id lets one owner only insert each.
 *
 * <p>Invariants: there is one writer per k; R(k) begins at the position after R(k-1); all loads of
 * a range hang on one register. R(k) is inserted only after R(k-1) is resolved: DONE, and each of
 * its loads succeeded, or itself failed.
 *
 * <p>Used by one thread at a time; {@link #nextEnd} by any.
 */
final class RegisterChain {
  private final ChainIds ids;
  private final BigQueryJobs jobs;
  private final RangeLoads loads;
  private final Consumer<Ledger.Hint> resolved;
  private long next;
  private OptionalLong position;
  private Optional<Register> submitted = Optional.empty();
  private boolean ended;
  private volatile Register unfinished;

  private RegisterChain(
      ChainIds ids,
      BigQueryJobs jobs,
      RangeLoads loads,
      Consumer<Ledger.Hint> resolved,
      Optional<Ledger.Hint> hint) {
    this.ids = ids;
    this.jobs = jobs;
    this.loads = loads;
    this.resolved = resolved;
    this.next = hint.map(known -> known.k() + 1).orElse(ids.first());
    this.position =
        hint.isPresent() ? OptionalLong.of(hint.get().position()) : OptionalLong.empty();
  }

  /**
   * Walks from the hint to the head: the first id that no job has. That is only a guess, which the
   * next insert proves; a job that may not be read is no gap and fails.
   */
  static RegisterChain walk(
      ChainIds ids,
      BigQueryJobs jobs,
      RangeLoads loads,
      Optional<Ledger.Hint> hint,
      Consumer<Ledger.Hint> resolved) {
    RegisterChain chain = new RegisterChain(ids, jobs, loads, resolved, hint);
    while (!chain.ended && chain.unfinished == null) {
      Optional<Job> job = jobs.find(ids.register(chain.next));
      if (job.isEmpty()) {
        break;
      }
      chain.settle(jobs.await(job.get()));
    }
    return chain;
  }

  OptionalLong position() {
    return position;
  }

  /** Whether anything was ever written by this chain. */
  boolean isStarted() {
    return next > ids.first() || unfinished != null;
  }

  /** Whether nothing can be inserted any more. */
  boolean isEnded() {
    return ended;
  }

  /** The number of the register that comes next. */
  long head() {
    return next;
  }

  /** The end of a range that another owner began and left unfinished. */
  OptionalLong nextEnd() {
    Register register = unfinished;
    return register == null ? OptionalLong.empty() : OptionalLong.of(register.end());
  }

  /** Ranges that landed without this chain have moved the position. */
  void advanceTo(long later) {
    if (position.isEmpty() || position.getAsLong() < later) {
      position = OptionalLong.of(later);
    }
  }

  /**
   * Makes a range durable, or says where the partition stands instead.
   *
   * @param batches at most one per table
   */
  CommitOutcome commit(long start, long end, List<LoadBatch> batches) {
    Map<Target, LoadBatch> byTable = new TreeMap<>();
    batches.stream().filter(batch -> batch.lines() > 0).forEach(b -> byTable.put(b.target(), b));
    if (unfinished != null) {
      return complete(unfinished, start, end, byTable);
    }
    if (position.isEmpty()) {
      position = OptionalLong.of(start);
    }
    if (position.getAsLong() == end) {
      return new Committed(end);
    }
    if (position.getAsLong() != start) {
      return new Moved(position.getAsLong());
    }
    while (true) {
      Register mine = mine(start, end, byTable);
      Job job = jobs.await(insertOrFind(mine, byTable));
      Register winner = Register.of(next, job);
      boolean won = winner.nonce().equals(mine.nonce());
      boolean failed = BigQueryJobs.error(job).isPresent();
      if (won && failed && loads.isRegister(byTable)) {
        settle(job);
        return new CommitOutcome.Rejected(loads.rejected(job, byTable.values().iterator().next()));
      }
      if (won && !failed && !winner.hanging().isEmpty()) {
        unfinished = winner;
        return complete(winner, start, end, byTable);
      }
      settle(job);
      if (ended) {
        return new Fenced("a newer delivery.generation, or another bigquery.write.method");
      }
      if (won && failed) {
        throw BigQueryFaults.of(
            "register " + ids.register(winner.k()), BigQueryJobs.error(job).get());
      }
      if (unfinished != null) {
        return new Moved(unfinished.start());
      }
      if (position.getAsLong() != start || start == end) {
        return won && position.getAsLong() == end
            ? new Committed(end)
            : new Moved(position.getAsLong());
      }
      // R(k) failed, so the range is still ours to write: as R(k+1), from the same start.
    }
  }

  /**
   * Moves the position by hand, by a register without rows: an owner that still lives finds it
   * where its next one was to be, and goes there.
   *
   * @return the register that did it
   */
  Ledger.Hint set(long to) {
    while (true) {
      if (ended || unfinished != null) {
        throw FaultException.configuration(
            ended
                ? "a newer delivery.generation or streams have taken the partition over"
                : "a range is unfinished: start the connector once, so that it finishes it",
            null);
      }
      Register mine =
          Register.empty(next, position.orElse(to), to, UUID.randomUUID().toString(), false);
      if (isTaken(mine)) {
        return new Ledger.Hint(mine.k(), to);
      }
    }
  }

  /** Ends the chain, so that an owner of this generation that still lives can insert no more. */
  void end() {
    while (!ended) {
      long at = position.orElse(0);
      isTaken(Register.empty(next, at, at, UUID.randomUUID().toString(), true));
      if (unfinished != null) {
        // Its owner may still finish that one range, which it began before this generation.
        next++;
        unfinished = null;
      }
    }
  }

  /**
   * Submits a register without rows; false if another owner's has its place.
   *
   * @throws FaultException if ours has failed: the next one would too
   */
  private boolean isTaken(Register mine) {
    Job job = jobs.await(submit(mine));
    boolean ours = Register.of(mine.k(), job).nonce().equals(mine.nonce());
    settle(job);
    if (ours && BigQueryJobs.error(job).isPresent()) {
      throw BigQueryFaults.of("register " + ids.register(mine.k()), BigQueryJobs.error(job).get());
    }
    return ours;
  }

  /** The same submission as last time, if this is a repetition of it. */
  private Register mine(long start, long end, Map<Target, LoadBatch> byTable) {
    long rows = byTable.values().stream().mapToLong(LoadBatch::lines).sum();
    if (submitted
        .filter(s -> s.k() == next && s.start() == start && s.end() == end && s.rows() == rows)
        .isPresent()) {
      return submitted.get();
    }
    Map<Target, Long> hanging =
        loads.isRegister(byTable)
            ? Map.of()
            : byTable.values().stream()
                .collect(Collectors.toMap(LoadBatch::target, LoadBatch::lines));
    String nonce = UUID.randomUUID().toString();
    return new Register(next, start, end, rows, nonce, hanging, false, loads.routing());
  }

  private Job insertOrFind(Register mine, Map<Target, LoadBatch> byTable) {
    String id = ids.register(mine.k());
    if (submitted.filter(mine::equals).isPresent()) {
      Optional<Job> earlier = jobs.find(id);
      if (earlier.isPresent()) {
        return earlier.get();
      }
    }
    submitted = Optional.of(mine);
    if (loads.isRegister(byTable)) {
      return loads.submit(id, byTable.values().iterator().next(), mine.labels());
    }
    return submit(mine);
  }

  private Job submit(Register register) {
    String id = ids.register(register.k());
    return jobs.submitQuery(id, SqlStatement.of(register.query()), register.labels());
  }

  /** Takes a finished R(next) into account, whoever inserted it. */
  private void settle(Job job) {
    Register register = Register.of(next, job);
    if (BigQueryJobs.error(job).isPresent()) {
      next++;
      return;
    }
    if (job.getConfiguration().getLoad() != null) {
      LoadResult.checkRows(job, register.rows());
    }
    ended = register.ended();
    if (register.hanging().isEmpty() || loads.areDone(ids, register)) {
      resolve(register);
    } else {
      unfinished = register;
      position = OptionalLong.of(register.start());
    }
  }

  private CommitOutcome complete(
      Register register, long start, long end, Map<Target, LoadBatch> byTable) {
    if (start != register.start()) {
      return new Moved(register.start());
    }
    if (end != register.end()) {
      throw FaultException.fatal(
          String.format(
              "register %s asks for the range [%d, %d), got [%d, %d)",
              ids.register(register.k()), register.start(), register.end(), start, end),
          null);
    }
    List<RejectedRow> rejected = loads.finish(ids, register, byTable);
    if (!rejected.isEmpty()) {
      return new CommitOutcome.Rejected(rejected);
    }
    resolve(register);
    return new Committed(register.end());
  }

  private void resolve(Register register) {
    unfinished = null;
    submitted = Optional.empty();
    next = register.k() + 1;
    if (!register.ended()) {
      // The end of a chain is not hinted at: a walk that starts behind it would not see it.
      position = OptionalLong.of(register.end());
      resolved.accept(new Ledger.Hint(register.k(), register.end()));
    }
  }
}
