package io.writeback.bigquery;

import io.writeback.bench.MixedRows;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.Settings;
import io.writeback.standin.bigquery.SqlClient;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Rows into the stand-in exactly once, by streams with explicit offsets, against the same rows at
 * least once by the default stream, in turns. {@code mvn -Pbench -Dbench=BigQueryEndToEnd}, with
 * {@code -Dbench.rows=…} for another size of a round.
 */
public final class BigQueryEndToEnd {
  private static final int ROWS = Integer.getInteger("bench.rows", 100_000);
  private static final int ROUNDS = 5;

  /** Rows of a flush. */
  private static final int FLUSH = 20_000;

  private static final Struct[] STRUCTS = MixedRows.structs(MixedRows.make(10_000));

  private BigQueryEndToEnd() {}

  /** One of the two: a connector with a topic and a table of its own. */
  private static final class Side {
    private final Target table;
    private final Destination destination;
    private final Claim claim;
    private long next;
    private double best;

    Side(BigQueryRig rig, String table) {
      this.table = new Target(BigQueryRig.DATASET, table);
      this.destination = rig.destination;
      this.claim = destination.claim(new TopicPartition(table, 0), OptionalLong.of(0));
    }

    void round() {
      long began = System.nanoTime();
      for (long end = next + ROWS; next < end; ) {
        flush(Math.min(end, next + FLUSH));
      }
      best = Math.max(best, ROWS / ((System.nanoTime() - began) / 1e9));
    }

    /** Encode, append and wait for the answers, as a flush does. */
    private void flush(long end) {
      TableBatch batch = destination.newBatch(claim, next, table, Optional.empty());
      for (long offset = next; offset < end; offset++) {
        batch.add(row(offset));
      }
      PendingRange range = new PendingRange(claim, next, end, List.of(batch), Map.of(), List.of());
      if (!destination.commit(List.of(range)).equals(List.of(new Committed(end)))) {
        throw new IllegalStateException("did not commit");
      }
      next = end;
    }

    private SinkRow row(long offset) {
      Struct value = STRUCTS[(int) (offset % STRUCTS.length)];
      TopicPartition from = claim.partition();
      return new SinkRow(
          new SinkRecord(from.topic(), from.partition(), null, null, value.schema(), value, offset),
          offset,
          OptionalLong.empty());
    }
  }

  /** Prints the best round of each, and their ratio. */
  public static void main(String[] args) throws Exception {
    try (BigQueryStandIn standIn = BigQueryStandIn.start(Settings.defaults())) {
      standIn.createDataset(BigQueryRig.DATASET, "US");
      try (BigQueryRig once = rig(standIn, "exactly_once");
          BigQueryRig atLeastOnce = rig(standIn, "at_least_once")) {
        run(new Side(once, "once"), new Side(atLeastOnce, "at_least_once"), standIn);
      }
    }
    // The client library's threads stay.
    System.exit(0);
  }

  private static BigQueryRig rig(BigQueryStandIn standIn, String guarantee) {
    return new BigQueryRig(
        standIn,
        Map.of(
            "name", guarantee,
            "bigquery.write.method", "storage_write",
            "delivery.guarantee", guarantee));
  }

  private static void run(Side once, Side atLeastOnce, BigQueryStandIn standIn)
      throws InterruptedException {
    for (int round = 0; round < ROUNDS; round++) {
      // Who comes second finds a larger database.
      List<Side> order = round % 2 == 0 ? List.of(atLeastOnce, once) : List.of(once, atLeastOnce);
      order.forEach(Side::round);
    }
    if (!sums(standIn, once).equals(sums(standIn, atLeastOnce))) {
      throw new IllegalStateException(
          "the tables differ: " + sums(standIn, once) + ", " + sums(standIn, atLeastOnce));
    }
    System.out.printf(
        Locale.ROOT,
        "bench  BigQueryEndToEnd.atLeastOnce  %,.0f rows/s  ratio 1.00 of"
            + " BigQueryEndToEnd.atLeastOnce%n"
            + "bench  BigQueryEndToEnd.exactlyOnce  %,.0f rows/s  ratio %.2f of"
            + " BigQueryEndToEnd.atLeastOnce%n",
        atLeastOnce.best,
        once.best,
        once.best / atLeastOnce.best);
  }

  private static List<List<String>> sums(BigQueryStandIn standIn, Side side)
      throws InterruptedException {
    return new SqlClient(standIn)
        .rows(
            "SELECT COUNT(*), SUM(id), SUM(price), COUNT(note) FROM "
                + BigQueryRig.DATASET
                + "."
                + side.table.table());
  }
}
