package io.writeback.sink;

import io.writeback.sink.FakeWarehouse.Registered;
import io.writeback.sink.FakeWarehouse.StagedRow;
import io.writeback.snapshot.SnapshotManifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/** The warehouse's side of snapshots. A promotion is one step, as a transaction is. */
final class FakeStore implements SnapshotStore {
  private final FakeWarehouse warehouse;
  private final WriteMode mode;
  private final String deliveryId;
  private final Caller caller;

  /** Runs an external call. */
  interface Caller {
    <T> T call(String name, Supplier<T> effect);
  }

  FakeStore(FakeWarehouse warehouse, WriteMode mode, String deliveryId, Caller caller) {
    this.warehouse = warehouse;
    this.mode = mode;
    this.deliveryId = deliveryId;
    this.caller = caller;
  }

  @Override
  public List<Undecided> undecided() {
    return caller.call(
        "undecided",
        () ->
            warehouse.manifests.values().stream()
                .filter(r -> !r.isFinal())
                .map(r -> new Undecided(r.manifest, held(r), r.registeredMs))
                .toList());
  }

  private static Optional<String> held(Registered r) {
    return r.decisions.isEmpty()
        ? Optional.empty()
        : Optional.of(r.decisions.get(r.decisions.size() - 1).reason());
  }

  @Override
  public Staged staged(RegisteredManifest manifest) {
    return caller.call("staged", () -> count(manifest.manifest().snapshot()));
  }

  /** What is staged now. */
  private Staged count(String snapshot) {
    List<StagedRow> rows = warehouse.staging.getOrDefault(snapshot, List.of());
    Map<TopicPartition, Long> next = new HashMap<>();
    Map<TopicPartition, SnapshotProgress> partitions = new HashMap<>();
    warehouse.progress.forEach(
        (partition, progress) -> {
          progress.position.ifPresent(at -> next.put(partition, at));
          if (progress.snapshots.containsKey(snapshot)) {
            partitions.put(partition, progress.snapshots.get(snapshot));
          }
        });
    return new Staged(
        rows.stream().filter(r -> !r.rejected()).map(StagedRow::ordinal).distinct().count(),
        rows.stream().filter(StagedRow::rejected).map(StagedRow::ordinal).distinct().count(),
        next,
        partitions);
  }

  @Override
  public Optional<Control> control(Target target) {
    return caller.call("control", () -> Optional.ofNullable(warehouse.controls.get(target)));
  }

  @Override
  public Promotion promote(RegisteredManifest registered, Staged expected) {
    return caller.call("promote", () -> show(registered, expected));
  }

  private Promotion show(RegisteredManifest registered, Staged expected) {
    Target target = registered.target();
    SnapshotManifest manifest = registered.manifest();
    Control control = warehouse.controls.get(target);
    if (control != null && control.manifestOffset() >= registered.offset()) {
      return Promotion.ALREADY;
    }
    Staged now = count(manifest.snapshot());
    if (now.distinctOrdinals() != expected.distinctOrdinals()
        || now.rejected() != expected.rejected()) {
      return Promotion.INCOMPLETE;
    }
    List<String> rows =
        warehouse.staging.getOrDefault(manifest.snapshot(), List.of()).stream()
            .filter(r -> !r.rejected())
            .map(StagedRow::id)
            .toList();
    List<String> history = warehouse.shown.computeIfAbsent(target, t -> new ArrayList<>());
    history.add(manifest.snapshot());
    switch (mode) {
      case OVERWRITE -> warehouse.tables.put(target, new ArrayList<>(rows));
      case CREATE ->
          warehouse.tables.put(
              new Target(target.namespace(), target.table() + "_" + history.size()),
              new ArrayList<>(rows));
      case APPEND, UPSERT ->
          warehouse.tables.computeIfAbsent(target, t -> new ArrayList<>()).addAll(rows);
    }
    warehouse.controls.put(
        target,
        new Control(
            deliveryId,
            manifest.dataset(),
            manifest.producer(),
            registered.offset(),
            manifest.snapshot(),
            manifest.version(),
            manifest.versionTime() == null ? null : manifest.versionTime().toEpochMilli(),
            rows.size(),
            manifest.contentHash()));
    return Promotion.PROMOTED;
  }

  @Override
  public void decide(RegisteredManifest manifest, Decision decision) {
    caller.call(
        "decide",
        () -> warehouse.manifests.get(manifest.manifest().snapshot()).decisions.add(decision));
  }

  @Override
  public void clean() {
    caller.call(
        "clean",
        () -> {
          warehouse
              .manifests
              .values()
              .forEach(
                  r -> {
                    if (r.isFinal()) {
                      warehouse.staging.remove(r.manifest.manifest().snapshot());
                    }
                  });
          return true;
        });
  }
}
