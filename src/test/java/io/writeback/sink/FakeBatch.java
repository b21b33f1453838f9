package io.writeback.sink;

import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.FakeWarehouse.StagedRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Struct;

/** Rows in memory. What a row's {@code kind} says happens to it: bad, refused, or nothing. */
final class FakeBatch implements TableBatch {
  private final FakeDestination destination;
  private final TopicPartition partition;
  private final Target target;
  private final Optional<String> snapshot;
  private final List<StagedRow> entries = new ArrayList<>();
  private final List<RejectedRow> refused = new ArrayList<>();
  private boolean discarded;

  FakeBatch(
      FakeDestination destination,
      TopicPartition partition,
      Target target,
      Optional<String> snapshot) {
    this.destination = destination;
    this.partition = partition;
    this.target = target;
    this.snapshot = snapshot;
  }

  List<StagedRow> entries() {
    return entries;
  }

  List<RejectedRow> refused() {
    return refused;
  }

  Optional<String> snapshot() {
    return snapshot;
  }

  boolean isDiscarded() {
    return discarded;
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public void add(SinkRow row) {
    String kind = ((Struct) row.record().value()).getString("kind");
    if (kind.equals("bad")) {
      throw new BadRowException("field kind is bad");
    }
    if (kind.equals("refused")) {
      refused.add(new RejectedRow(row.offset(), "column kind: refused"));
    }
    entries.add(new StagedRow(row.ordinal().orElse(0), false, id(row)));
  }

  @Override
  public void addRejected(SinkRow row) {
    entries.add(new StagedRow(row.ordinal().orElseThrow(), true, id(row)));
  }

  @Override
  public long rows() {
    return entries.stream().filter(row -> !row.rejected()).count();
  }

  @Override
  public long heapBytes() {
    return entries.size() * 100L;
  }

  @Override
  public long encodedBytes() {
    return entries.size() * 10L;
  }

  @Override
  public void discard() {
    if (!discarded) {
      discarded = true;
      destination.discarded.add(this);
    }
  }

  private String id(SinkRow row) {
    return partition + "@" + row.offset();
  }
}
