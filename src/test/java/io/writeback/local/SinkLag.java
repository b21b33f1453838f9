package io.writeback.local;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What sink connectors have yet to commit to their consumer groups. Once that is nothing, and they
 * read no more, no row can come to a table a second time.
 */
public final class SinkLag {
  private static final Duration WAIT = Duration.ofMillis(200);

  private final Map<String, Object> client;

  public SinkLag(String bootstrapServers) {
    this.client = Map.of("bootstrap.servers", bootstrapServers);
  }

  /**
   * Looks once. A record that is not committed counts, the mark of a transaction does not.
   *
   * @param topicsOf topics by sink connector
   * @return the first record behind the position of a group, in words; empty if all are at the end
   */
  public Optional<String> find(Map<String, ? extends Collection<String>> topicsOf)
      throws InterruptedException {
    try (Admin admin = Admin.create(client);
        KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      Map<String, Map<TopicPartition, OffsetAndMetadata>> committed = committed(admin, topicsOf);
      for (Map.Entry<String, ? extends Collection<String>> sink : topicsOf.entrySet()) {
        for (String topic : sink.getValue()) {
          List<TopicPartition> partitions =
              consumer.partitionsFor(topic).stream()
                  .map(p -> new TopicPartition(topic, p.partition()))
                  .toList();
          Optional<String> behind =
              firstBehind(consumer, partitions, committed.get(group(sink.getKey())));
          if (behind.isPresent()) {
            return behind.map(where -> sink.getKey() + " has not committed " + where);
          }
        }
      }
      return Optional.empty();
    }
  }

  private static String group(String connector) {
    return "connect-" + connector;
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> config = new HashMap<>(client);
    config.put("isolation.level", "read_committed");
    config.put("enable.auto.commit", "false");
    config.put("auto.offset.reset", "earliest");
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static Map<String, Map<TopicPartition, OffsetAndMetadata>> committed(
      Admin admin, Map<String, ?> topicsOf) throws InterruptedException {
    Map<String, ListConsumerGroupOffsetsSpec> groups = new TreeMap<>();
    topicsOf.keySet().forEach(sink -> groups.put(group(sink), new ListConsumerGroupOffsetsSpec()));
    try {
      return admin.listConsumerGroupOffsets(groups).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot read the positions of the sinks", e.getCause());
    }
  }

  private static Optional<String> firstBehind(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      Map<TopicPartition, OffsetAndMetadata> committed) {
    consumer.assign(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata position = committed.get(partition);
      if (position == null) {
        consumer.seekToBeginning(List.of(partition));
      } else {
        consumer.seek(partition, position.offset());
      }
    }
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
        return Optional.of(record.topic() + "-" + record.partition() + "@" + record.offset());
      }
    }
    return Optional.empty();
  }
}
