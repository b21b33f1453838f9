package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;

/** The BigQuery sink in a real Connect worker: what SQL finds is what was produced, once. */
class BigQuerySinkIT extends WorkerSinkScenario {
  @Test
  void plainRowsLandOnceAcrossLostAnswersRestartsAndAnotherTaskCount() throws Exception {
    connect.kafka().createTopic("plain", 2);
    rows("plain", 1, 200);
    standIn.faults().once(call -> call.is("upload.start"), new BigQueryFault.AnswerLost());
    connect.configureConnector("plain-sink", config("plain-sink", "topics", "plain"));
    await("the first rows", List.of("200|200"), () -> counts("plain"));
    connect.restartConnectorAndTasks("plain-sink", false, true, false);
    rows("plain", 201, 400);
    await("the rows after the restart", List.of("400|400"), () -> counts("plain"));
    connect.configureConnector(
        "plain-sink", config("plain-sink", "topics", "plain", "tasks.max", "2"));
    rows("plain", 401, 500);
    await("the rows of two tasks", List.of("500|500"), () -> counts("plain"));
    connect.deleteConnector("plain-sink");
    rows("plain", 501, 600);
    connect.configureConnector("plain-sink", config("plain-sink", "topics", "plain"));
    await("the rows of the connector made again", List.of("600|600"), () -> counts("plain"));
    assertEquals(List.of("1|600|180300"), sql("SELECT MIN(id), MAX(id), SUM(id) FROM sales.plain"));
  }

  @Test
  void streamedRowsLandOnceAcrossLostAnswersRestartsAndAnotherTaskCount() throws Exception {
    connect.kafka().createTopic("streamed", 2);
    rows("streamed", 1, 200);
    standIn.storageFaults().once(call -> call.is("AppendRows"), new StorageFault.LoseAnswer());
    String[] streamed = {"topics", "streamed", "bigquery.write.method", "storage_write"};
    connect.configureConnector("streaming-sink", config("streaming-sink", streamed));
    await("the first rows", List.of("200|200"), () -> counts("streamed"));
    connect.restartConnectorAndTasks("streaming-sink", false, true, false);
    rows("streamed", 201, 400);
    await("the rows after the restart", List.of("400|400"), () -> counts("streamed"));
    Map<String, String> two = config("streaming-sink", streamed);
    two.put("tasks.max", "2");
    connect.configureConnector("streaming-sink", two);
    rows("streamed", 401, 500);
    await("the rows of two tasks", List.of("500|500"), () -> counts("streamed"));
    assertEquals(
        List.of("1|500|125250"), sql("SELECT MIN(id), MAX(id), SUM(id) FROM sales.streamed"));
  }

  @Test
  void aTableShowsOneWholeSnapshotAfterTheOtherAndAnEmptyOneIfAllowed() throws Exception {
    connect.kafka().createTopic("orders", 2);
    connect.configureConnector(
        "orders-sink",
        config(
            "orders-sink",
            "topics",
            "orders,domo.snapshots",
            "write.mode",
            "overwrite",
            "snapshot.min.rows",
            "0",
            "tasks.max",
            "2"));
    String whole = "SELECT note, COUNT(*), COUNT(DISTINCT id) FROM sales.orders GROUP BY note";
    snapshot("s1", 60, 0);
    await("version 1", List.of("s1|60|60"), () -> sql(whole));
    snapshot("s2", 25, 1);
    List<List<String>> seen = new ArrayList<>();
    await(
        "version 2",
        List.of("s2|25|25"),
        () -> {
          List<String> now = sql(whole);
          seen.add(now);
          return now;
        });
    seen.removeIf(List.of("s1|60|60")::equals);
    seen.removeIf(List.of("s2|25|25")::equals);
    assertEquals(List.of(), seen, "something else than a whole version was to be seen");
    snapshot("s3", 0, 2);
    await("the empty version", List.of("0|0"), () -> counts("orders"));
    await(
        "the decisions",
        List.of("s1|PROMOTED", "s2|PROMOTED", "s3|PROMOTED"),
        () -> sql("SELECT snapshot, verdict FROM sales.__wb_snapshots ORDER BY snapshot"));
    await(
        "the staging to be dropped",
        List.of(),
        () ->
            sql(
                "SELECT table_name FROM sales.INFORMATION_SCHEMA.TABLES"
                    + " WHERE table_name LIKE 'orders\\\\_\\\\_wb\\\\_s%'"));
  }

  @Test
  void aRowThatBigQueryCannotKeepGoesToTheDeadLetterQueueAndTheOthersLand() throws Exception {
    connect.kafka().createTopic("dated", 1);
    Schema schema =
        SchemaBuilder.struct()
            .field("id", Schema.INT64_SCHEMA)
            .field("at", Timestamp.SCHEMA)
            .build();
    long[] millis = {0, 253_402_300_800_000L, 253_402_300_799_999L};
    for (int id = 0; id < millis.length; id++) {
      send(
          "dated",
          0,
          new Struct(schema).put("id", (long) id).put("at", new java.util.Date(millis[id])));
    }
    connect.configureConnector(
        "dated-sink",
        config(
            "dated-sink",
            "topics",
            "dated",
            "errors.tolerance",
            "all",
            "errors.deadletterqueue.topic.name",
            "dated-refused",
            "errors.deadletterqueue.topic.replication.factor",
            "1",
            "errors.deadletterqueue.context.headers.enable",
            "true"));
    await("the good rows", List.of("0", "2"), () -> sql("SELECT id FROM sales.dated ORDER BY id"));
    var refused =
        connect.kafka().consume(1, PATIENCE.toMillis(), "dated-refused").iterator().next();
    String reason =
        new String(
            refused.headers().lastHeader("__connect.errors.exception.message").value(),
            StandardCharsets.UTF_8);
    assertEquals(
        "Record of dated-0 at offset 1 cannot be written: field at: a timestamp lies outside of the years 1 to 9999, which is all that BigQuery"
            + " keeps",
        reason);
  }
}
