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

  /**
   * Where the next range must end, exactly: an earlier owner has fixed its end, has landed some of
   * it and has not finished it. Empty if it may end anywhere. Asked whenever a range is begun or
   * would be closed, because a commit that answered {@link CommitOutcome.Moved} may have set it; no
   * flush rule closes the range before it.
   */
  default OptionalLong nextEnd() {
    return OptionalLong.empty();
  }
}
