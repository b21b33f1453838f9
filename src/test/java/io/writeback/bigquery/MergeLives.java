package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.bigquery.BigQueryStandIn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A log of changes over two tables, and lives of tasks that merge it. Offset o changes key o % 3 of
 * table o % 2; every fourth change removes the row; some offsets have no row at all.
 */
final class MergeLives {
  static final int CHANGES = 11;
  static final Schema KEY = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();
  static final Schema VALUE =
      SchemaBuilder.struct().field("note", Schema.OPTIONAL_STRING_SCHEMA).build();

  private MergeLives() {}

  static Target target(String run, int table) {
    return new Target(DATASET, run + "_t" + table);
  }

  private static boolean isRow(long offset) {
    return offset % 7 != 5;
  }

  private static boolean isTombstone(long offset) {
    return offset % 4 == 3;
  }

  /** What a table holds in the end: notes by key. */
  static Map<String, String> expected(int table) {
    Map<String, String> rows = new TreeMap<>();
    for (long offset = table; offset < CHANGES; offset += 2) {
      if (isRow(offset) && isTombstone(offset)) {
        rows.remove(Long.toString(offset % 3));
      } else if (isRow(offset)) {
        rows.put(Long.toString(offset % 3), "change " + offset);
      }
    }
    return rows;
  }

  static SinkRow row(long offset, long id, String note) {
    Struct value = note == null ? null : new Struct(VALUE).put("note", note);
    return new SinkRow(
        new SinkRecord(
            BigQueryRig.TP.topic(),
            BigQueryRig.TP.partition(),
            KEY,
            new Struct(KEY).put("id", id),
            value == null ? null : VALUE,
            value,
            offset),
        offset,
        OptionalLong.empty());
  }

  /** One life of a task that owns the partition. */
  static final class Life implements AutoCloseable {
    final BigQueryRig rig;
    final DyingProcess process;
    private final String run;
    private final int cut;
    private Claim claim;
    private PendingRange range;

    Life(BigQueryStandIn standIn, String run, DyingProcess process, int cut) {
      this.run = run;
      this.process = process;
      this.cut = cut;
      Map<String, String> config = new HashMap<>();
      config.put("write.mode", "upsert");
      config.put("delivery.id", run);
      rig = new BigQueryRig(standIn, config, UnaryOperator.identity(), process);
    }

    /** Until everything has landed. */
    void live() {
      claim = rig.claim();
      OptionalLong only = claim.nextEnd();
      long at = claim.position().orElse(0);
      while (at < CHANGES) {
        range = range(at, only.orElse(Math.min(CHANGES, at + cut)));
        only = OptionalLong.empty();
        CommitOutcome outcome = commit();
        if (outcome instanceof CommitOutcome.Moved moved) {
          only = claim.nextEnd();
          at = moved.position();
        } else {
          at = ((CommitOutcome.Committed) outcome).position();
        }
      }
    }

    /** What is in flight is tried again, by somebody who does not know that it is over. */
    void haunt() {
      process.wake();
      if (range != null) {
        commit();
      }
    }

    private CommitOutcome commit() {
      for (int attempt = 1; ; attempt++) {
        try {
          return rig.destination.commit(List.of(range)).get(0);
        } catch (FaultException e) {
          if (e.fault() != Fault.RETRY || attempt == 20) {
            throw e;
          }
        }
      }
    }

    private PendingRange range(long start, long end) {
      Map<Target, TableBatch> batches = new TreeMap<>();
      for (long offset = start; offset < end; offset++) {
        if (isRow(offset)) {
          Target table = target(run, (int) (offset % 2));
          batches
              .computeIfAbsent(
                  table, t -> rig.destination.newBatch(claim, start, t, java.util.Optional.empty()))
              .add(row(offset, offset % 3, isTombstone(offset) ? null : "change " + offset));
        }
      }
      return new PendingRange(
          claim, start, end, new ArrayList<>(batches.values()), Map.of(), List.of());
    }

    Map<String, String> rows(int table) {
      Map<String, String> rows = new TreeMap<>();
      for (BigQueryQueries.Row row :
          rig.queries.rows(
              SqlStatement.of(
                  "SELECT id, note, COUNT(*) AS n FROM `sales."
                      + target(run, table).table()
                      + "` GROUP BY id, note"))) {
        rows.merge(
            row.text("id"),
            row.text("note") + (row.number("n") == 1 ? "" : " x" + row.number("n")),
            (a, b) -> a + " and " + b);
      }
      return rows;
    }

    @Override
    public void close() {
      rig.close();
    }
  }
}
