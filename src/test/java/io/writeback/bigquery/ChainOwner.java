package io.writeback.bigquery;

import io.writeback.retry.FaultException;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.CommitOutcome.Rejected;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.SinkRow;
import io.writeback.sink.Target;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Somebody who owns a partition, or believes so, and does with a chain what the engine would do:
 * reads a log in which each record goes to one table or to none.
 */
final class ChainOwner {
  static final TopicPartition TP = new TopicPartition("t", 0);
  private static final Schema ROW = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();

  private final List<String> routes;
  private final RegisterChain chain;
  private final Encoders encoders =
      new Encoders(
          new RowShape.Rules(RowShape.Maps.RECORDS, RowShape.Decimals.AUTO, TypeChange.ROWS));
  private final Set<Long> reported = new HashSet<>();
  final List<CommitOutcome> outcomes = new ArrayList<>();

  private List<LoadBatch> batches;
  private long start;
  private long end;
  private long position;

  ChainOwner(JobService service, List<String> routes, Optional<Ledger.Hint> hint) {
    this(service, routes, ids(0), hint);
  }

  ChainOwner(JobService service, List<String> routes, ChainIds ids, Optional<Ledger.Hint> hint) {
    this.routes = routes;
    BigQueryRest rest = new BigQueryRest(service.client(), "p");
    BigQueryJobs jobs = jobs(rest);
    LoadBudget budget = new LoadBudget(1, InstantSource.system());
    TableWork work = new AppendWork(jobs, new BigQueryTables(rest, null), budget);
    chain = RegisterChain.walk(ids, jobs, new RangeLoads(jobs, work, "r"), hint, resolved -> {});
    position = chain.position().orElse(0);
  }

  static ChainIds ids(int generation) {
    return ChainIds.of("d", "c", generation, TP);
  }

  static BigQueryJobs jobs(BigQueryRest rest) {
    return new BigQueryJobs(rest, "p", () -> "EU", 1_000, InstantSource.system(), ms -> {});
  }

  RegisterChain chain() {
    return chain;
  }

  long position() {
    return position;
  }

  boolean isDone() {
    return position >= routes.size();
  }

  Set<Long> reported() {
    return reported;
  }

  /** One commit of at most so many records, repeated after faults that pass. */
  void step(RandomGenerator random) {
    if (batches == null) {
      start = position;
      end =
          chain
              .nextEnd()
              .orElse(Math.min(routes.size(), start + 1 + random.nextInt(routes.size())));
      batches = encode();
    }
    try {
      apply(chain.commit(start, end, batches));
    } catch (FaultException e) {
      if (e.fault() != io.writeback.retry.Fault.RETRY) {
        throw e;
      }
    }
  }

  /** One commit of the range [position, to). */
  CommitOutcome commitTo(long to) {
    start = position;
    end = to;
    batches = encode();
    CommitOutcome outcome = chain.commit(start, end, batches);
    apply(outcome);
    return outcome;
  }

  private void apply(CommitOutcome outcome) {
    outcomes.add(outcome);
    batches = null;
    if (outcome instanceof Committed committed) {
      position = committed.position();
    } else if (outcome instanceof Moved moved) {
      position = moved.position();
    } else if (outcome instanceof Rejected rejected) {
      rejected.rows().stream().map(RejectedRow::offset).forEach(reported::add);
    } else if (outcome instanceof Fenced) {
      position = routes.size();
    }
  }

  private List<LoadBatch> encode() {
    Map<String, LoadBatch> byTable = new HashMap<>();
    for (long offset = start; offset < end; offset++) {
      String table = routes.get((int) offset);
      if (!table.equals("-") && !reported.contains(offset)) {
        byTable
            .computeIfAbsent(
                table, t -> new LoadBatch(new Target("d", t), Optional.empty(), encoders))
            .add(
                new SinkRow(
                    new SinkRecord(
                        TP.topic(), 0, null, null, ROW, new Struct(ROW).put("id", offset), offset),
                    offset,
                    OptionalLong.empty()));
      }
    }
    return List.copyOf(byTable.values());
  }
}
