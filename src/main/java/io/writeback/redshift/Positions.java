package io.writeback.redshift;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** Positions set by an operator, through Connect's offsets endpoint. */
final class Positions {
  private final RedshiftParts parts;

  Positions(RedshiftParts parts) {
    this.parts = parts;
  }

  /**
   * Sets positions, all of a topic in one transaction.
   *
   * @param offsets null for a partition that starts over where Kafka says
   */
  void set(Map<TopicPartition, Long> offsets) {
    Map<String, Map<Integer, OptionalLong>> byTopic = new TreeMap<>();
    offsets.forEach(
        (partition, offset) ->
            byTopic
                .computeIfAbsent(partition.topic(), t -> new TreeMap<>())
                .put(
                    partition.partition(),
                    offset == null ? OptionalLong.empty() : OptionalLong.of(offset)));
    byTopic.forEach(this::setTopic);
  }

  private void setTopic(String topic, Map<Integer, OptionalLong> positions) {
    ProgressTable progress = new ProgressTable(parts.tables(), topic);
    parts
        .targets()
        .make(List.of(parts.tables().createProgress(topic), parts.tables().createLog(topic)));
    parts
        .sessions()
        .transaction(
            "set positions of topic " + topic,
            List.of(progress.table()),
            session -> {
              for (Map.Entry<Integer, OptionalLong> position : positions.entrySet()) {
                progress.set(session, position.getKey(), position.getValue(), "set by hand");
              }
              return null;
            });
  }
}
