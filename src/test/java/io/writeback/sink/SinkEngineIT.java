package io.writeback.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.local.SinkLag;
import io.writeback.standin.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine inside real Connect workers: renamed topics, rebalances, restarts, bad rows. */
class SinkEngineIT {
  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private EmbeddedConnectCluster connect;
  private int produced;

  @BeforeEach
  void start() {
    FakeSinkConnector.warehouse = new FakeWarehouse();
    Map<String, String> worker = new HashMap<>();
    worker.put("plugin.discovery", "only_scan");
    worker.put("offset.flush.interval.ms", "500");
    connect =
        new EmbeddedConnectCluster.Builder()
            .name("engine")
            .numWorkers(1)
            .workerProps(worker)
            .build();
    connect.start();
    connect.kafka().createTopic("a", PARTITIONS);
  }

  @AfterEach
  void stop() {
    connect.stop();
  }

  @Test
  void everyRowLandsOnceAcrossRebalancesAndRestarts() throws Exception {
    connect.configureConnector("engine-sink", config(1));
    produce(200);
    awaitLanded();
    connect.configureConnector("engine-sink", config(2));
    produce(300);
    awaitLanded();
    produce(100);
    connect.restartConnectorAndTasks("engine-sink", false, true, false);
    produce(100);
    awaitLanded();
  }

  /** The warehouse is ahead of Kafka's group after a crash, and no further record may ever come. */
  @Test
  void theGroupIsToldAPositionThatOnlyTheWarehouseKnew() throws Exception {
    SinkLag lag = new SinkLag(connect.kafka().bootstrapServers());
    Map<String, List<String>> topics = Map.of("engine-sink", List.of("a"));
    connect.configureConnector("engine-sink", config(1));
    produce(60);
    awaitLanded();
    Await.until("all offsets in Kafka", PATIENCE, () -> lag.find(topics).isEmpty());
    connect.stopConnector("engine-sink");
    try (Admin admin = connect.kafka().createAdminClient()) {
      Await.until(
          "the group set back",
          PATIENCE,
          () -> {
            admin
                .alterConsumerGroupOffsets(
                    "connect-engine-sink",
                    Map.of(new TopicPartition("a", 1), new OffsetAndMetadata(3)))
                .all()
                .get();
            return lag.find(topics).isPresent();
          });
    }
    connect.resumeConnector("engine-sink");
    Await.until("all offsets in Kafka again", PATIENCE, () -> lag.find(topics).isEmpty());
    awaitLanded();
  }

  private Map<String, String> config(int tasks) {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", FakeSinkConnector.class.getName());
    config.put("tasks.max", String.valueOf(tasks));
    config.put("topics", "a");
    config.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    config.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("errors.tolerance", "all");
    config.put("errors.deadletterqueue.topic.name", "dead");
    config.put("errors.deadletterqueue.topic.replication.factor", "1");
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("consumer.override.max.poll.records", "7");
    config.put("transforms", "rename");
    config.put("transforms.rename.type", "org.apache.kafka.connect.transforms.RegexRouter");
    config.put("transforms.rename.regex", ".*");
    config.put("transforms.rename.replacement", "renamed");
    config.put(SinkConfig.FLUSH_ROWS, "20");
    config.put(SinkConfig.FLUSH_INTERVAL_MS, "300");
    return config;
  }

  /** Every tenth row is bad. */
  private void produce(int rows) {
    for (int i = 0; i < rows; i++) {
      String kind = produced % 10 == 9 ? "bad" : "good";
      connect
          .kafka()
          .produce(
              "a",
              produced % PARTITIONS,
              null,
              "{\"schema\":{\"type\":\"struct\",\"fields\":[{\"field\":\"kind\",\"type\":"
                  + "\"string\"}]},\"payload\":{\"kind\":\""
                  + kind
                  + "\"}}");
      produced++;
    }
  }

  private void awaitLanded() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (accountedFor() < produced && System.nanoTime() < deadline) {
      synchronized (FakeSinkConnector.warehouse.calls) {
        FakeSinkConnector.warehouse.calls.wait(50);
      }
    }
    synchronized (FakeSinkConnector.warehouse.calls) {
      List<String> landed = new ArrayList<>(FakeSinkConnector.warehouse.table("renamed"));
      Set<String> distinct = new TreeSet<>(landed);
      assertEquals(produced - produced / 10, distinct.size(), "rows");
      assertEquals(distinct.size(), landed.size(), "each once");
      assertTrue(FakeSinkConnector.warehouse.violations.isEmpty());
    }
  }

  private long accountedFor() {
    synchronized (FakeSinkConnector.warehouse.calls) {
      long sum = 0;
      for (int p = 0; p < PARTITIONS; p++) {
        sum += Math.max(0, FakeSinkConnector.warehouse.position(new TopicPartition("a", p)));
      }
      return sum;
    }
  }
}
