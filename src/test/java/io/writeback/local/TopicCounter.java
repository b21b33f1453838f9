package io.writeback.local;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts the committed records of the data topics, as any read_committed consumer sees them. */
final class TopicCounter implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, LocalTable> byTopic = new HashMap<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  TopicCounter(String bootstrapServers, List<LocalTable> tables) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("group.id", "local-progress");
    properties.put("auto.offset.reset", "earliest");
    properties.put("isolation.level", "read_committed");
    properties.put("metadata.max.age.ms", "2000");
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
      consumer.subscribe(Pattern.compile("domo\\..*"));
      while (true) {
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
