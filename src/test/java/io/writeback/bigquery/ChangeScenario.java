package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;

import io.writeback.sink.Claim;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/** What tests of upserts have in common. */
abstract class ChangeScenario extends BigQueryScenario {
  static final Map<String, String> CHANGES =
      Map.of(
          "bigquery.write.method", "storage_write",
          "write.mode", "upsert",
          "bigquery.upsert.partitions", "2",
          "bigquery.mark.interval.ms", "0");

  /** A change: the note of a key, or null to delete it. */
  record Change(long id, String note, long timestamp) {
    Change(long id, String note) {
      this(id, note, 0);
    }
  }

  static Change put(long id, String note) {
    return new Change(id, note);
  }

  static Change delete(long id) {
    return new Change(id, null);
  }

  static PendingRange range(BigQueryRig rig, Claim claim, long start, Change... changes) {
    TableBatch batch = rig.destination.newBatch(claim, start, ORDERS, Optional.empty());
    for (int i = 0; i < changes.length; i++) {
      Change change = changes[i];
      Struct value =
          change.note() == null ? null : new Struct(ChangeLog.VALUE).put("note", change.note());
      batch.add(
          new SinkRow(
              new SinkRecord(
                  claim.partition().topic(),
                  claim.partition().partition(),
                  ChangeLog.KEY,
                  new Struct(ChangeLog.KEY).put("id", change.id()),
                  value == null ? null : ChangeLog.VALUE,
                  value,
                  start + i,
                  change.timestamp(),
                  TimestampType.CREATE_TIME),
              start + i,
              OptionalLong.empty()));
    }
    return new PendingRange(
        claim, start, start + changes.length, List.of(batch), Map.of(), List.of());
  }

  /** Tables that rows wait in to be merged. */
  static List<String> staging(BigQueryRig rig) {
    return rig
        .queries
        .rows(
            SqlStatement.of(
                "SELECT table_name FROM sales.INFORMATION_SCHEMA.TABLES"
                    + " WHERE table_name LIKE '%\\\\_\\\\_wb\\\\_m%'"))
        .stream()
        .map(row -> row.text("table_name"))
        .toList();
  }
}
