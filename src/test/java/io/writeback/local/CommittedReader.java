package io.writeback.local;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads every committed record of some topics once, from their beginning, topics that are made
 * later included. For one thread.
 */
public final class CommittedReader implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Predicate<String> topics;
  private final Consumer<ConsumerRecord<byte[], byte[]>> records;
  private final Set<TopicPartition> assigned = new HashSet<>();

  public CommittedReader(
      String bootstrapServers,
      Predicate<String> topics,
      Consumer<ConsumerRecord<byte[], byte[]>> records) {
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.topics = topics;
    this.records = records;
  }

  /**
   * Hands on what is there now, or comes within the time.
   *
   * @return the number of records
   */
  public int poll(Duration wait) {
    assignNewTopics();
    if (assigned.isEmpty()) {
      return 0;
    }
    var batch = consumer.poll(wait);
    batch.forEach(records);
    return batch.count();
  }

  private void assignNewTopics() {
    Set<TopicPartition> found = new HashSet<>();
    consumer.listTopics().entrySet().stream()
        .filter(entry -> topics.test(entry.getKey()))
        .flatMap(entry -> entry.getValue().stream())
        .forEach(part -> found.add(new TopicPartition(part.topic(), part.partition())));
    if (assigned.addAll(found)) {
      consumer.assign(assigned);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
