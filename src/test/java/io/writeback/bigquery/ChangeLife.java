package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.sink.Claim;
import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.bigquery.BigQueryStandIn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Changes of two tables by key; they end as the last value of every key. */
final class ChangeLife extends Life {
  ChangeLife(
      BigQueryStandIn standIn,
      Map<String, String> config,
      String run,
      DyingProcess process,
      int cut) {
    super(standIn, upsert(config), run, process, cut);
  }

  private static Map<String, String> upsert(Map<String, String> config) {
    Map<String, String> upsert = new HashMap<>(config);
    upsert.put("write.mode", "upsert");
    return upsert;
  }

  @Override
  long end() {
    return ChangeLog.CHANGES;
  }

  @Override
  PendingRange range(Claim owner, long start, long end) {
    Map<Target, TableBatch> batches = new TreeMap<>();
    for (long offset = start; offset < end; offset++) {
      if (ChangeLog.isRow(offset)) {
        batches
            .computeIfAbsent(
                table(ChangeLog.table(offset)),
                t -> rig.destination.newBatch(owner, start, t, Optional.empty()))
            .add(ChangeLog.at(offset));
      }
    }
    return new PendingRange(
        owner, start, end, new ArrayList<>(batches.values()), Map.of(), List.of());
  }

  @Override
  void holds(String what) {
    for (int table = 0; table < 2; table++) {
      assertEquals(ChangeLog.expected(table), rows(table), what + ", table " + table);
    }
  }

  private Map<String, String> rows(int table) {
    Map<String, String> rows = new TreeMap<>();
    for (BigQueryQueries.Row row :
        rig.queries.rows(
            SqlStatement.of(
                "SELECT id, note, COUNT(*) AS n FROM `sales."
                    + table(table).table()
                    + "` GROUP BY id, note"))) {
      rows.merge(
          row.text("id"),
          row.text("note") + (row.number("n") == 1 ? "" : " x" + row.number("n")),
          (a, b) -> a + " and " + b);
    }
    return rows;
  }
}
