package io.writeback.bigquery;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.PendingRange;
import io.writeback.sink.Target;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Each test has a BigQuery of its own with an empty dataset, and as many tasks as it wants. */
abstract class BigQueryScenario {
  final BigQueryStandIn standIn = BigQueryStandIn.start(Settings.defaults().withRateLimits(false));
  private final List<BigQueryRig> rigs = new ArrayList<>();

  @BeforeEach
  final void dataset() {
    standIn.createDataset(BigQueryRig.DATASET, "US");
  }

  @AfterEach
  final void stop() {
    rigs.forEach(BigQueryRig::close);
    standIn.close();
  }

  /** A task; changes are keys and values, which win over the defaults of the test. */
  final BigQueryRig rig(Map<String, String> defaults, String... changes) {
    return rig(defaults, UnaryOperator.identity(), DyingProcess.never(), changes);
  }

  /** As above; with calls that go through somebody else's hands. */
  final BigQueryRig rig(
      Map<String, String> defaults,
      UnaryOperator<WriteStreams> through,
      DyingProcess process,
      String... changes) {
    BigQueryRig rig = new BigQueryRig(standIn, with(defaults, changes), through, process);
    rigs.add(rig);
    return rig;
  }

  /** Exactly-once streaming that marks at the end alone. */
  static Map<String, String> streams() {
    return Map.of(
        "bigquery.write.method", "storage_write",
        "bigquery.mark.interval.ms", "3600000",
        "bigquery.visible.within.ms", "1500");
  }

  static Map<String, String> with(Map<String, String> defaults, String... changes) {
    Map<String, String> config = new HashMap<>(defaults);
    for (int i = 0; i < changes.length; i += 2) {
      config.put(changes[i], changes[i + 1]);
    }
    return config;
  }

  /** Notes for the offsets [from, to). */
  static String[] notes(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "n" + i).toArray(String[]::new);
  }

  static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(String::valueOf).toList();
  }

  /** Offsets of a table, in order, each as often as it is there. */
  static List<String> offsets(BigQueryRig rig, Target table) {
    return rig
        .queries
        .rows(
            SqlStatement.of(
                "SELECT __kafka_offset AS o FROM `"
                    + BigQueryRig.DATASET
                    + "."
                    + table.table()
                    + "` ORDER BY o"))
        .stream()
        .map(row -> row.text("o"))
        .toList();
  }

  /** As the engine does, which never loses patience with a fault that passes. */
  static CommitOutcome commitPatiently(BigQueryRig rig, PendingRange range) {
    for (int attempt = 1; ; attempt++) {
      try {
        return rig.destination.commit(List.of(range)).get(0);
      } catch (FaultException e) {
        if (e.fault() != Fault.RETRY || attempt == 100) {
          throw e;
        }
      }
    }
  }
}
