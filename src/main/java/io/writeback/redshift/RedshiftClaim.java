package io.writeback.redshift;

import io.writeback.sink.Claim;
import io.writeback.sink.SnapshotProgress;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/** A claim, as written in the progress table of the topic. */
record RedshiftClaim(
    TopicPartition partition,
    long epoch,
    OptionalLong position,
    Map<String, SnapshotProgress> snapshots)
    implements Claim {
  RedshiftClaim {
    snapshots = Map.copyOf(snapshots);
  }
}
