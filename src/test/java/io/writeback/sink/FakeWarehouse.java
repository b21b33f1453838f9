package io.writeback.sink;

import io.writeback.sink.SnapshotStore.Control;
import io.writeback.sink.SnapshotStore.Decision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * What a warehouse keeps: rows, positions, staging, manifests, control rows. Outlives every task.
 */
final class FakeWarehouse {
  final ExternalCalls calls = new ExternalCalls();
  final Map<Target, List<String>> tables = new TreeMap<>();
  final Map<TopicPartition, Progress> progress = new LinkedHashMap<>();
  final Map<String, List<StagedRow>> staging = new HashMap<>();
  final Map<String, Registered> manifests = new LinkedHashMap<>();
  final Map<Target, Control> controls = new HashMap<>();
  final Map<Target, List<String>> shown = new HashMap<>();
  final List<String> violations = new ArrayList<>();

  /** Where the next range of a partition must end, because another owner has begun it. */
  final Map<TopicPartition, Long> fixedEnds = new ConcurrentHashMap<>();

  long nowMs = 1_000;
  boolean epochsFence = true;

  /** A row in staging; identified by where it lies in Kafka. */
  record StagedRow(long ordinal, boolean rejected, String id) {}

  /** A manifest with its last decision. */
  static final class Registered {
    final RegisteredManifest manifest;
    final long registeredMs;
    final List<Decision> decisions = new ArrayList<>();

    Registered(RegisteredManifest manifest, long registeredMs) {
      this.manifest = manifest;
      this.registeredMs = registeredMs;
    }

    boolean isFinal() {
      return !decisions.isEmpty() && decisions.get(decisions.size() - 1).isFinal();
    }
  }

  /** The row of a partition. */
  static final class Progress {
    long epoch;
    OptionalLong position = OptionalLong.empty();
    final Map<String, SnapshotProgress> snapshots = new HashMap<>();
  }

  Progress progress(TopicPartition partition) {
    return progress.computeIfAbsent(partition, p -> new Progress());
  }

  /** Moves a position, and notes it if it goes back. */
  void advance(TopicPartition partition, long to) {
    Progress p = progress(partition);
    if (p.position.isPresent() && p.position.getAsLong() > to) {
      violations.add(partition + " went back from " + p.position.getAsLong() + " to " + to);
    }
    p.position = OptionalLong.of(to);
  }

  List<String> table(String name) {
    return tables.getOrDefault(new Target("ns", name), List.of());
  }

  long position(TopicPartition partition) {
    return progress(partition).position.orElse(-1);
  }

  /** Somebody else claims the partition. */
  void fence(TopicPartition partition) {
    progress(partition).epoch++;
  }

  /** Final decisions by snapshot, such as {@code s1=PROMOTED}. */
  Map<String, Decision.Kind> decisions() {
    Map<String, Decision.Kind> kinds = new TreeMap<>();
    manifests.forEach(
        (snapshot, registered) -> {
          if (!registered.decisions.isEmpty()) {
            kinds.put(
                snapshot, registered.decisions.get(registered.decisions.size() - 1).verdict());
          }
        });
    return kinds;
  }

  Decision lastDecision(String snapshot) {
    List<Decision> decisions = manifests.get(snapshot).decisions;
    return decisions.get(decisions.size() - 1);
  }
}
