package io.writeback.sink;

import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.CommitOutcome.Rejected;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.FakeWarehouse.Progress;
import io.writeback.sink.FakeWarehouse.Registered;
import io.writeback.sink.FakeWarehouse.StagedRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/** The connection of one task to the warehouse. Dies with its process. */
final class FakeDestination implements Destination {
  private final FakeWarehouse warehouse;
  private final WriteMode mode;
  private final FakeStore store;
  final List<TopicPartition> released = new ArrayList<>();
  final List<FakeBatch> discarded = new ArrayList<>();
  boolean groupPerPartition;
  boolean movedForLanded;
  boolean closed;
  private boolean dead;

  FakeDestination(FakeWarehouse warehouse, SinkSettings settings) {
    this.warehouse = warehouse;
    this.mode = settings.writeMode();
    this.store = new FakeStore(warehouse, mode, settings.deliveryId(), this::call);
  }

  record FakeClaim(
      TopicPartition partition,
      long epoch,
      OptionalLong position,
      Map<String, SnapshotProgress> snapshots,
      Map<TopicPartition, Long> fixedEnds)
      implements Claim {
    @Override
    public OptionalLong nextEnd() {
      Long end = fixedEnds.get(partition);
      return end == null ? OptionalLong.empty() : OptionalLong.of(end);
    }
  }

  /** Whether the process that it belongs to has crashed. */
  boolean dead() {
    return dead;
  }

  void die() {
    dead = true;
  }

  <T> T call(String name, Supplier<T> effect) {
    try {
      return warehouse.calls.run(name, () -> dead, effect);
    } catch (Crash e) {
      dead = true;
      throw e;
    }
  }

  @Override
  public Claim claim(TopicPartition partition, OptionalLong kafkaPosition) {
    return call(
        "claim",
        () -> {
          Progress p = warehouse.progress(partition);
          p.epoch++;
          return new FakeClaim(
              partition, p.epoch, p.position, Map.copyOf(p.snapshots), warehouse.fixedEnds);
        });
  }

  @Override
  public String commitGroup(TopicPartition partition) {
    return groupPerPartition ? partition.toString() : partition.topic();
  }

  @Override
  public TableBatch newBatch(Claim claim, long start, Target target, Optional<String> snapshot) {
    return new FakeBatch(this, claim.partition(), target, snapshot);
  }

  @Override
  public List<CommitOutcome> commit(List<PendingRange> ranges) {
    return call("commit", () -> ranges.stream().map(this::commit).toList());
  }

  private CommitOutcome commit(PendingRange range) {
    TopicPartition partition = range.claim().partition();
    Progress p = warehouse.progress(partition);
    if (warehouse.epochsFence && p.epoch != range.claim().epoch()) {
      return new Fenced("epoch " + p.epoch);
    }
    long stands = p.position.orElse(range.start());
    if (stands == range.end()) {
      return movedForLanded ? new Moved(stands) : new Committed(stands);
    }
    if (stands != range.start()) {
      return new Moved(stands);
    }
    Long fixed = warehouse.fixedEnds.get(partition);
    if (fixed != null && fixed != range.end()) {
      warehouse.violations.add("range ends at " + range.end() + " and not at " + fixed);
    }
    List<RejectedRow> refused =
        range.batches().stream().flatMap(b -> ((FakeBatch) b).refused().stream()).toList();
    if (!refused.isEmpty()) {
      return new Rejected(refused);
    }
    range.batches().forEach(batch -> land((FakeBatch) batch));
    for (RegisteredManifest manifest : range.manifests()) {
      warehouse.manifests.putIfAbsent(
          manifest.manifest().snapshot(), new Registered(manifest, warehouse.nowMs));
    }
    p.snapshots.putAll(range.snapshots());
    warehouse.advance(partition, range.end());
    warehouse.fixedEnds.remove(partition);
    return new Committed(range.end());
  }

  private void land(FakeBatch batch) {
    if (batch.isDiscarded()) {
      warehouse.violations.add("a discarded batch was committed");
    }
    if (batch.snapshot().isEmpty()) {
      List<String> table = warehouse.tables.computeIfAbsent(batch.target(), t -> new ArrayList<>());
      batch.entries().forEach(row -> table.add(row.id()));
      return;
    }
    List<StagedRow> staged =
        warehouse.staging.computeIfAbsent(batch.snapshot().get(), s -> new ArrayList<>());
    batch.entries().forEach(row -> staged.add(row));
  }

  @Override
  public SnapshotStore snapshots() {
    return store;
  }

  @Override
  public void release(Claim claim) {
    call("release", () -> released.add(claim.partition()));
  }

  @Override
  public void close() {
    closed = true;
  }
}
