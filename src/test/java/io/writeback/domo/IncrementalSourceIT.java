package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.Await;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RowSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.runtime.rest.errors.ConnectRestException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Reading by a cursor in a real Connect worker with exactly-once support: what a read_committed
 * consumer finds is every row once, in the order of the cursor.
 */
class IncrementalSourceIT extends WorkerScenario {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("changed at", DomoType.DATETIME),
          new Column("id", DomoType.LONG),
          new Column("text", DomoType.STRING));

  @BeforeAll
  static void startCluster() {
    startCluster(1, Map.of("exactly.once.source.support", "enabled"));
  }

  @Test
  void aRestartInTheMiddleOfAPageLosesAndDoublesNothing() throws Exception {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("restarts", rows(0, 700)));
    connect.configureConnector(
        name, byCursor(dataSet, Map.of("domo.batch.max.rows", "2", "domo.query.page.rows", "120")));
    for (int rows : new int[] {20, 200, 400}) {
      Await.until("rows in Kafka", LIMIT, () -> rows().size() > rows);
      assertTrue(rows().size() < 700, "still in the middle");
      connect.restartConnectorAndTasks(name, false, true, false);
    }
    assertRows(rows(0, 700));
    dataSet.publish(rows(700, 710), Action.APPEND);
    assertRows(rows(0, 710));
  }

  @Test
  void aSnapshotGoesOnByItsCursorAcrossRestarts() throws Exception {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("handover", rows(0, 300)));
    connect.configureConnector(
        name,
        byCursor(dataSet, Map.of("domo.mode", "snapshot+incremental", "domo.batch.max.rows", "2")));
    Await.until("rows in Kafka", LIMIT, () -> rows().size() > 30);
    connect.restartConnectorAndTasks(name, false, true, false);
    Await.until("a manifest", LIMIT, () -> count(manifestTopic()) == 1);
    dataSet.publish(rows(300, 400), Action.APPEND);
    Await.until("rows by the cursor", LIMIT, () -> rows().size() > 320);
    connect.restartConnectorAndTasks(name, false, true, false);
    assertRows(rows(0, 400));
    assertEquals(1, count(manifestTopic()));
  }

  /** B5, over the worker's own REST. */
  @Test
  void anOperatorSetsOrForgetsTheCursor() throws Exception {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("offsets", rows(0, 20)));
    connect.configureConnector(name, byCursor(dataSet, Map.of()));
    assertRows(rows(0, 20));
    stopConnector();
    Map<String, Object> partition = Map.of("dataset", dataSet.id());
    for (Map<String, Object> bad :
        List.<Map<String, Object>>of(
            Map.of("cursor.key", 3),
            Map.of("cursor", "soon"),
            Map.of("cursor", 1.5),
            Map.of("cursor", "2024-01-01", "row", 3),
            Map.of("version", "v"))) {
      assertThrows(
          ConnectRestException.class,
          () -> connect.alterSourceConnectorOffset(name, partition, bad),
          bad.toString());
    }
    connect.alterSourceConnectorOffset(
        name, partition, Map.of("cursor", "2024-01-01T00:00:04", "cursor.key", 1013));
    connect.resumeConnector(name);
    List<String> expected = new ArrayList<>(Rendered.rows(rows(0, 20)));
    expected.addAll(Rendered.rows(rows(14, 20)));
    Await.until("rows again", LIMIT, () -> rows().size() >= expected.size());
    assertEquals(expected, rows());
    stopConnector();
    connect.resetConnectorOffsets(name);
    connect.resumeConnector(name);
    expected.addAll(Rendered.rows(rows(0, 20)));
    Await.until("all rows again", LIMIT, () -> rows().size() >= expected.size());
    assertEquals(expected, rows());
  }

  /** What cannot be kept is not promised. */
  @Test
  void exactlyOnceIsRefusedWhereRowsMayComeTwice() {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("validated", rows(0, 2)));
    assertEquals(Map.of(), errors(byCursor(dataSet, Map.of())));
    for (Map.Entry<String, Map<String, String>> weak :
        Map.of(
                "domo.cursor.columns", Map.of("domo.cursor.columns", "it: changed at"),
                "domo.cursor.overlap", Map.of("domo.cursor.overlap", "1000"),
                "domo.cursor.delay.ms",
                    Map.of("domo.cursor.delay.ms", "1000", "domo.mode", "snapshot+incremental"))
            .entrySet()) {
      Map<String, String> errors = errors(byCursor(dataSet, weak.getValue()));
      assertTrue(
          errors.getOrDefault(weak.getKey(), "").contains("exactly.once.support"),
          weak.getKey() + ": " + errors);
      assertTrue(errors.containsKey("exactly.once.support"), "and Connect refuses it itself");
      Map<String, String> requested = new HashMap<>(weak.getValue());
      requested.put("exactly.once.support", "requested");
      assertEquals(Map.of(), errors(byCursor(dataSet, requested)));
    }
  }

  private Map<String, String> byCursor(DomoDataSet dataSet, Map<String, String> more) {
    Map<String, String> keys = new HashMap<>(more);
    keys.putIfAbsent("domo.mode", "incremental");
    keys.putIfAbsent("domo.cursor.columns", "it: changed at, id");
    return config(dataSet, keys);
  }

  private void assertRows(RowSource expected) throws Exception {
    List<String> all = Rendered.rows(expected);
    Await.until("all rows", LIMIT, () -> rows().size() >= all.size());
    assertEquals(all, rows());
  }

  private List<String> rows() throws Exception {
    JsonConverter values = new JsonConverter();
    values.configure(Map.of(), false);
    return committed(topic()).stream()
        .map(r -> Rendered.row((Struct) values.toConnectData(topic(), r.value()).value()))
        .toList();
  }

  private int count(String topic) throws Exception {
    return committed(topic).size();
  }

  private static List<ConsumerRecord<byte[], byte[]>> committed(String topic) throws Exception {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    if (connect.kafka().describeTopics(topic).get(topic).isPresent()) {
      connect
          .kafka()
          .consumeAll(LIMIT.toMillis(), Map.of("isolation.level", "read_committed"), null, topic)
          .forEach(records::add);
    }
    return records;
  }

  /** Three rows of each second, in order. */
  private static RowSource rows(int from, int to) {
    return ListRows.of(
        COLUMNS,
        IntStream.range(from, to)
            .mapToObj(
                i ->
                    new String[] {
                      String.format(
                          Locale.ROOT,
                          "2024-01-01T%02d:%02d:%02d",
                          i / 10800,
                          i / 180 % 60,
                          i / 3 % 60),
                      Integer.toString(1000 + i),
                      "t" + i
                    })
            .toArray(String[][]::new));
  }
}
