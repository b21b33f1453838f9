package io.writeback.redshift;

import io.writeback.bench.MixedRows;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * Rows into the stand-in by COPY, against multi-row INSERTs of the same rows through the same
 * driver, in turns. {@code mvn -Pbench -Dbench=RedshiftEndToEnd}, with {@code -Dbench.rows=…} for
 * another size of a round.
 */
public final class RedshiftEndToEnd {
  private static final int ROWS = Integer.getInteger("bench.rows", 100_000);
  private static final int ROUNDS = 3;

  /** Rows of an INSERT, bounded by the protocol, which counts values with 16 bits. */
  private static final int BATCH = 2500;

  private static final Struct[] STRUCTS = MixedRows.structs(MixedRows.make(10_000));

  private RedshiftEndToEnd() {}

  /** Prints the best round of each, and their ratio. */
  public static void main(String[] args) throws Exception {
    double copy = 0;
    double insert = 0;
    try (Warehouse warehouse = new Warehouse()) {
      Destination d = warehouse.destination("copied");
      Claim claim = d.claim(new TopicPartition("copied", 0), OptionalLong.of(0));
      for (int round = 0; round < ROUNDS; round++) {
        copy = Math.max(copy, copied(d, claim, (long) round * ROWS));
        if (round == 0) {
          warehouse.execute("CREATE TABLE inserted (LIKE copied)");
          warehouse.execute("GRANT ALL ON inserted TO " + warehouse.redshift.user());
        }
        insert = Math.max(insert, inserted(warehouse));
      }
      String sums = "SELECT count(*), sum(id), sum(price), count(note) FROM ";
      if (!warehouse.one(sums + "copied").equals(warehouse.one(sums + "inserted"))) {
        throw new IllegalStateException("the tables differ: " + warehouse.one(sums + "copied"));
      }
    }
    System.out.printf(
        Locale.ROOT,
        "bench  RedshiftEndToEnd.insert  %,.0f rows/s  ratio 1.00 of RedshiftEndToEnd.insert%n"
            + "bench  RedshiftEndToEnd.copy  %,.0f rows/s  ratio %.2f of"
            + " RedshiftEndToEnd.insert%n",
        insert,
        copy,
        copy / insert);
  }

  /** Encode, compress, upload, COPY and commit, as a flush does. */
  private static double copied(Destination d, Claim claim, long start) {
    long began = System.nanoTime();
    TableBatch batch = d.newBatch(claim, start, Warehouse.table("copied"), Optional.empty());
    for (int i = 0; i < ROWS; i++) {
      batch.add(Warehouse.row(claim.partition(), start + i, row(i)));
    }
    PendingRange range = Warehouse.range(claim, start, start + ROWS, batch);
    if (!d.commit(List.of(range)).equals(List.of(new Committed(start + ROWS)))) {
      throw new IllegalStateException("did not commit");
    }
    return ROWS / seconds(began);
  }

  @SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
  private static double inserted(Warehouse warehouse) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", warehouse.redshift.user());
    properties.setProperty("password", warehouse.redshift.password());
    properties.setProperty("ssl", "false");
    List<Field> fields = row(0).schema().fields();
    String columns = fields.stream().map(Field::name).collect(Collectors.joining(", "));
    String values = "(" + String.join(", ", Collections.nCopies(fields.size(), "?")) + ")";
    long began = System.nanoTime();
    try (Connection connection =
        DriverManager.getConnection(warehouse.redshift.jdbcUrl(), properties)) {
      connection.setAutoCommit(false);
      for (int from = 0; from < ROWS; from += BATCH) {
        int rows = Math.min(BATCH, ROWS - from);
        String sql =
            "INSERT INTO inserted ("
                + columns
                + ") VALUES "
                + String.join(", ", Collections.nCopies(rows, values));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
          int at = 1;
          for (int i = 0; i < rows; i++) {
            for (Field field : fields) {
              bind(statement, at++, field, row(from + i).get(field));
            }
          }
          statement.executeUpdate();
        }
      }
      connection.commit();
    }
    return ROWS / seconds(began);
  }

  @SuppressWarnings("JavaUtilDate")
  private static void bind(PreparedStatement statement, int at, Field field, Object value)
      throws SQLException {
    if (value instanceof java.util.Date date) {
      if ("day".equals(field.name())) {
        statement.setDate(at, new java.sql.Date(date.getTime()));
      } else {
        statement.setTimestamp(at, new java.sql.Timestamp(date.getTime()));
      }
    } else if (value == null) {
      statement.setNull(at, java.sql.Types.VARCHAR);
    } else {
      statement.setObject(at, value);
    }
  }

  private static Struct row(int i) {
    return STRUCTS[i % STRUCTS.length];
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
