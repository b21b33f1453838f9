package io.writeback.sink;

import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/** The right to write what comes from a partition, held until somebody claims it after us. */
public interface Claim {
  TopicPartition partition();

  /** Grows with each claim of the partition. */
  long epoch();

  /**
   * The lowest offset not accounted for, as stored in the warehouse at the time of the claim. Empty
   * if it has none: then Kafka decides where reading starts, and the start of the first {@link
   * PendingRange} is the partition's first position.
   */
  OptionalLong position();

  /** What is staged from this partition, by snapshot id, at the time of the claim. */
  Map<String, SnapshotProgress> snapshots();
}
