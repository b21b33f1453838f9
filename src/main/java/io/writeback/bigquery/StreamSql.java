package io.writeback.bigquery;

import io.writeback.sink.Target;
import java.util.List;

/** SQL of the Storage Write ledger and of the high-water mark. Pure: names in, text out. */
final class StreamSql {
  private static final List<String> COLUMNS =
      List.of(
          "epoch",
          "kind",
          "incarnation",
          "target_dataset",
          "target_table",
          "stream",
          "row_count",
          "next_offset",
          "high_offset",
          "routing");

  private final BigQuerySql sql;

  StreamSql(BigQuerySql sql) {
    this.sql = sql;
  }

  /** Parameters: delivery, generation, topic, part, and each column with _ and the row's number. */
  String insert(Target ledger, int rows) {
    StringBuilder text =
        new StringBuilder("INSERT INTO ")
            .append(sql.table(ledger))
            .append(" (delivery, generation, topic, part, ")
            .append(String.join(", ", COLUMNS))
            .append(", written_at) VALUES ");
    for (int i = 0; i < rows; i++) {
      text.append(i == 0 ? "" : ", ")
          .append("(@delivery, @generation, @topic_")
          .append(i)
          .append(", @part_")
          .append(i);
      for (String column : COLUMNS) {
        text.append(", @").append(column).append('_').append(i);
      }
      text.append(", CURRENT_TIMESTAMP())");
    }
    return text.toString();
  }

  /** All that is known of a partition, one row per epoch, stream and kind. */
  String read(Target ledger) {
    return "SELECT generation, epoch, kind, incarnation, target_dataset, target_table, stream,"
        + " MAX(row_count) AS row_count, MAX(next_offset) AS next_offset,"
        + " MAX(high_offset) AS high_offset, MAX(routing) AS routing, MIN(written_at) AS since"
        + " FROM "
        + sql.table(ledger)
        + " WHERE delivery = @delivery AND topic = @topic AND part = @part"
        + " GROUP BY generation, epoch, kind, incarnation, target_dataset, target_table, stream";
  }

  /** The newest claim of a partition, of whichever generation. */
  String newestClaim(Target ledger) {
    return "SELECT MAX(epoch) AS epoch FROM "
        + sql.table(ledger)
        + " WHERE delivery = @delivery AND topic = @topic AND part = @part"
        + " AND kind IN ('claim', 'set')";
  }

  /**
   * The highest landed offset of a partition in a table, and how many rows lie at or above an
   * offset. Rows that were streamed lately are in no partition yet, and their _PARTITIONTIME is
   * NULL.
   *
   * @param among a condition on partitions, or empty
   */
  String highWater(Target table, String among) {
    return "SELECT MAX(__kafka_offset) AS high, COUNT(CASE WHEN __kafka_offset >= @from THEN 1 END)"
        + " AS seen FROM "
        + sql.table(table)
        + " WHERE __kafka_topic = @topic AND __kafka_partition = @part"
        + " AND IFNULL(__kafka_generation, 0) = @generation"
        + (among.isEmpty() ? "" : " AND " + among);
  }
}
