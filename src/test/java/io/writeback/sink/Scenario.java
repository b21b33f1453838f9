package io.writeback.sink;

import static io.writeback.sink.FakeKafka.tp;

import io.writeback.snapshot.SnapshotManifest.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * What lies in Kafka, how the sink is configured, and what must be true when all of it has been
 * accounted for, whatever happened on the way.
 */
record Scenario(
    String name,
    Map<String, String> config,
    List<TopicPartition> partitions,
    Consumer<FakeKafka> fill,
    BiConsumer<FakeKafka, FakeWarehouse> holds) {
  static final TopicPartition A0 = tp("a", 0);
  static final TopicPartition A1 = tp("a", 1);
  static final TopicPartition B0 = tp("b", 0);
  static final TopicPartition M = tp("domo.snapshots", 0);

  @Override
  public String toString() {
    return name;
  }

  static List<Scenario> all() {
    return List.of(direct(), overwrite(), create(), headedAppend());
  }

  /** Two topics into one table and a third partition, bad and refused rows, invisible offsets. */
  static Scenario direct() {
    return new Scenario(
        "append of plain records",
        Map.of(SinkConfig.TABLE_MAP, "a:t,b:t"),
        List.of(A0, A1, B0),
        kafka -> {
          for (TopicPartition p : List.of(A0, A1, B0)) {
            kafka.invisible(p);
            rows(kafka, p, 4);
            kafka.row(p, "bad");
            rows(kafka, p, 2);
            kafka.row(p, "refused");
            kafka.invisible(p);
            rows(kafka, p, 1);
            kafka.invisible(p);
          }
        },
        (kafka, warehouse) -> {
          List<String> good = new ArrayList<>();
          List<String> reported = new ArrayList<>();
          for (TopicPartition p : List.of(A0, A1, B0)) {
            for (int offset : new int[] {1, 2, 3, 4, 6, 7, 10}) {
              good.add(p + "@" + offset);
            }
            reported.add(p + "@5");
            reported.add(p + "@8");
          }
          equal("rows", sorted(good), sorted(warehouse.table("t")));
          equal("reports", new TreeSet<>(reported), new TreeSet<>(kafka.reported));
        });
  }

  /** An abandoned snapshot, a whole one with a redelivered and a bad row, and a second version. */
  static Scenario overwrite() {
    return new Scenario(
        "overwrite",
        Map.of(SinkConfig.WRITE_MODE, "overwrite", SinkConfig.SNAPSHOT_MAX_REJECTED_ROWS, "1"),
        List.of(A0, A1, M),
        Scenario::snapshots,
        (kafka, warehouse) -> {
          equal("table", sorted(second()), sorted(warehouse.table("a")));
          List<String> shown = warehouse.shown.get(new Target("ns", "a"));
          equal("last shown", "s2", shown.get(shown.size() - 1));
        });
  }

  /** The same, with a table per snapshot. */
  static Scenario create() {
    return new Scenario(
        "create",
        Map.of(SinkConfig.WRITE_MODE, "create", SinkConfig.SNAPSHOT_MAX_REJECTED_ROWS, "1"),
        List.of(A0, A1, M),
        Scenario::snapshots,
        (kafka, warehouse) -> {
          equal("first", sorted(first()), sorted(warehouse.table("a_1")));
          equal("second", sorted(second()), sorted(warehouse.table("a_2")));
          equal("tables", 2, warehouse.tables.size());
        });
  }

  /** The same, each version added once. */
  static Scenario headedAppend() {
    return new Scenario(
        "append of snapshots",
        Map.of(SinkConfig.SNAPSHOT_MAX_REJECTED_ROWS, "1"),
        List.of(A0, A1, M),
        Scenario::snapshots,
        (kafka, warehouse) -> {
          List<String> both = new ArrayList<>(first());
          both.addAll(second());
          equal("table", sorted(both), sorted(warehouse.table("a")));
        });
  }

  private static void snapshots(FakeKafka kafka) {
    for (int ordinal = 1; ordinal <= 4; ordinal++) {
      kafka.row(A0, "good", "s0", ordinal);
    }
    kafka.row(A0, "good", "s1", 1);
    kafka.row(A0, "good", "s1", 2);
    kafka.row(A0, "good", "s1", 2);
    kafka.row(A0, "bad", "s1", 4);
    kafka.invisible(A0);
    kafka.row(A1, "good", "s1", 3);
    kafka.row(A1, "good", "s1", 5);
    kafka.invisible(A1);
    kafka.manifest(
        M,
        Manifests.of("s1", 5)
            .ranges(new Range("a", 0, 4, 8, 3), new Range("a", 1, 0, 2, 2))
            .build());
    for (int ordinal = 1; ordinal <= 5; ordinal++) {
      kafka.row(ordinal % 2 == 0 ? A0 : A1, "good", "s2", ordinal);
    }
    kafka.manifest(M, Manifests.of("s2", 5).build());
  }

  private static List<String> first() {
    return List.of("a-0@4", "a-0@5", "a-1@0", "a-1@1");
  }

  private static List<String> second() {
    return List.of("a-1@3", "a-0@9", "a-1@4", "a-0@10", "a-1@5");
  }

  private static void rows(FakeKafka kafka, TopicPartition partition, int n) {
    for (int i = 0; i < n; i++) {
      kafka.row(partition, "good");
    }
  }

  private static List<String> sorted(List<String> ids) {
    return ids.stream().sorted().toList();
  }

  static void equal(String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      throw new AssertionError(what + ": expected " + expected + ", found " + found);
    }
  }
}
