package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.sink.Claim;
import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import io.writeback.standin.bigquery.BigQueryStandIn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Rows that go to two tables in turn, in the end to one alone; some offsets have no row at all. The
 * id of a row is its offset.
 */
final class AppendLife extends Life {
  private static final int END = 12;
  private static final int ONE_TABLE_FROM = 10;

  AppendLife(
      BigQueryStandIn standIn,
      Map<String, String> config,
      String run,
      DyingProcess process,
      int cut) {
    super(standIn, config, run, process, cut);
  }

  private static boolean isIn(int table, long offset) {
    return offset % 5 != 4 && table == (offset < ONE_TABLE_FROM ? offset % 2 : 0);
  }

  @Override
  long end() {
    return END;
  }

  @Override
  PendingRange range(Claim owner, long start, long end) {
    List<TableBatch> batches = new ArrayList<>();
    for (int table = 0; table < 2; table++) {
      String[] notes = new String[(int) (end - start)];
      for (long offset = start; offset < end; offset++) {
        if (isIn(table, offset)) {
          notes[(int) (offset - start)] = "row " + offset + " " + "x".repeat(300);
        }
      }
      batches.addAll(rig.range(owner, start, table(table), notes).batches());
    }
    return new PendingRange(owner, start, end, batches, Map.of(), List.of());
  }

  @Override
  void holds(String what) {
    for (int t = 0; t < 2; t++) {
      int table = t;
      assertEquals(
          LongStream.range(0, END)
              .filter(offset -> isIn(table, offset))
              .mapToObj(String::valueOf)
              .toList(),
          rig.column("id", table(table)),
          what + ", table " + table);
    }
  }
}
