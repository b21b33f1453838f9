package io.writeback.redshift;

import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A range whose rows all lie in the bucket. */
record StagedRange(PendingRange range, Map<RedshiftBatch, List<StagedObject>> batches) {
  /** Ends and uploads what is still on the heap of all ranges, side by side; waits for it. */
  static List<StagedRange> of(List<PendingRange> ranges) {
    for (PendingRange range : ranges) {
      range.batches().forEach(batch -> ((RedshiftBatch) batch).beginStaging());
    }
    return ranges.stream().map(StagedRange::of).toList();
  }

  private static StagedRange of(PendingRange range) {
    Map<RedshiftBatch, List<StagedObject>> batches = new LinkedHashMap<>();
    for (TableBatch batch : range.batches()) {
      RedshiftBatch ours = (RedshiftBatch) batch;
      batches.put(ours, ours.stage());
    }
    return new StagedRange(range, batches);
  }

  /**
   * The range with the columns of its rows named as those that they go to.
   *
   * @param columns of a target for those of an object
   */
  StagedRange mapped(BiFunction<Target, List<Column>, List<Column>> columns) {
    Map<RedshiftBatch, List<StagedObject>> mapped = new LinkedHashMap<>();
    batches.forEach(
        (batch, objects) ->
            mapped.put(
                batch,
                batch.snapshot().isPresent()
                    ? objects
                    : objects.stream()
                        .map(o -> o.with(columns.apply(batch.target(), o.columns())))
                        .toList()));
    return new StagedRange(range, mapped);
  }

  RedshiftClaim claim() {
    return (RedshiftClaim) range.claim();
  }

  List<StagedObject> objects() {
    return batches.values().stream().flatMap(List::stream).toList();
  }

  long rows() {
    return objects().stream().mapToLong(StagedObject::rows).sum();
  }

  long bytes() {
    return objects().stream().mapToLong(StagedObject::size).sum();
  }

  /** Values that were shortened. */
  long cut() {
    return batches.keySet().stream().mapToLong(RedshiftBatch::cut).sum();
  }

  /** Values that were replaced by null. */
  long nulled() {
    return batches.keySet().stream().mapToLong(RedshiftBatch::nulled).sum();
  }

  /** The offset of the row on a line of one of the objects. */
  OptionalLong offset(String key, long line, BooleanSupplier byRecord) {
    return batches.keySet().stream()
        .map(batch -> batch.offset(key, line, byRecord))
        .filter(OptionalLong::isPresent)
        .findFirst()
        .orElse(OptionalLong.empty());
  }

  /** Offsets of all rows of one of the objects. */
  List<Long> offsets(String key) {
    return batches.keySet().stream().flatMap(batch -> batch.offsets(key).stream()).toList();
  }

  /** Objects to be loaded now, by target. */
  Map<Target, List<StagedObject>> direct() {
    Map<Target, List<StagedObject>> direct = new TreeMap<>();
    batches.forEach(
        (batch, objects) -> {
          if (batch.snapshot().isEmpty() && !objects.isEmpty()) {
            direct.computeIfAbsent(batch.target(), t -> new ArrayList<>()).addAll(objects);
          }
        });
    return direct;
  }

  /** Objects of several ranges to be loaded now, by target. */
  static Map<Target, List<StagedObject>> direct(Collection<StagedRange> ranges) {
    Map<Target, List<StagedObject>> all = new TreeMap<>();
    for (StagedRange range : ranges) {
      range.direct().forEach((t, o) -> all.computeIfAbsent(t, k -> new ArrayList<>()).addAll(o));
    }
    return all;
  }

  /** Columns of the keys of rows for a target; one list, or none without rows. */
  Set<List<String>> keys(Target target) {
    return batches.keySet().stream()
        .filter(batch -> batch.target().equals(target) && !batch.key().isEmpty())
        .map(RedshiftBatch::key)
        .collect(Collectors.toSet());
  }

  /** What is registered for a snapshot, by target. */
  Map<Target, List<StagedTable.Entry>> entries() {
    Map<Target, List<StagedTable.Entry>> entries = new TreeMap<>();
    batches.forEach(
        (batch, objects) ->
            batch
                .snapshot()
                .ifPresent(
                    snapshot ->
                        entries
                            .computeIfAbsent(batch.target(), t -> new ArrayList<>())
                            .addAll(entries(batch, snapshot, objects))));
    return entries;
  }

  private List<StagedTable.Entry> entries(
      RedshiftBatch batch, String snapshot, List<StagedObject> objects) {
    List<StagedTable.Entry> entries = new ArrayList<>();
    for (StagedObject object : objects) {
      entries.add(
          entry(
              snapshot,
              Optional.of(object),
              0,
              object.ordinals(),
              object.firstOffset(),
              object.lastOrdinal()));
    }
    if (batch.rejected() > 0) {
      long highest =
          Optional.ofNullable(range.snapshots().get(snapshot))
              .map(s -> s.highestOrdinal())
              .orElse(0L);
      entries.add(
          entry(
              snapshot,
              Optional.empty(),
              batch.rejected(),
              batch.rejectedOrdinals(),
              batch.firstOffset(),
              highest));
    }
    return entries;
  }

  private StagedTable.Entry entry(
      String snapshot,
      Optional<StagedObject> object,
      long rejected,
      long ordinals,
      long firstOffset,
      long lastOrdinal) {
    return new StagedTable.Entry(
        snapshot,
        range.claim().partition(),
        range.start(),
        range.end(),
        object,
        rejected,
        ordinals,
        firstOffset,
        lastOrdinal);
  }

  /** Gives the heap back; the objects stay. */
  void release() {
    batches.keySet().forEach(RedshiftBatch::release);
  }
}
