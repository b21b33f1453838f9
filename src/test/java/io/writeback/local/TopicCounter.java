package io.writeback.local;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts the committed records of the data topics, as any read_committed consumer sees them. */
final class TopicCounter implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, LocalTable> byTopic = new HashMap<>();
  private final Set<TopicPartition> assigned = new HashSet<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  TopicCounter(String bootstrapServers, List<LocalTable> tables) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("auto.offset.reset", "earliest");
    properties.put("isolation.level", "read_committed");
    properties.put("metadata.max.age.ms", "1000");
    properties.put("enable.auto.commit", "false");
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    tables.forEach(table -> byTopic.put(table.topic(), table));
    Thread thread = new Thread(this::count, "topic-counter");
    thread.setDaemon(true);
    thread.start();
  }

  private void count() {
    try (consumer) {
      while (true) {
        assignNewTopics();
        if (assigned.isEmpty()) {
          continue;
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
          LocalTable table = byTopic.get(record.topic());
          if (table != null) {
            table.inKafka().incrementAndGet();
          }
        }
      }
    } catch (WakeupException closed) {
      // The way to end.
    } finally {
      ended.countDown();
    }
  }

  /** No group, so that no rebalance ever moves a position back. */
  private void assignNewTopics() {
    if (assigned.size() == byTopic.size()) {
      return;
    }
    consumer
        .listTopics()
        .forEach(
            (topic, partitions) -> {
              if (byTopic.containsKey(topic)) {
                partitions.forEach(p -> assigned.add(new TopicPartition(topic, p.partition())));
              }
            });
    consumer.assign(assigned);
    if (assigned.isEmpty()) {
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WakeupException();
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      if (!ended.await(5, TimeUnit.SECONDS)) {
        System.err.println("the topic counter did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
