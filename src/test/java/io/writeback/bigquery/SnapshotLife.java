package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.MANIFESTS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.PendingRange;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotProgress;
import io.writeback.sink.SnapshotRounds;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.bigquery.BigQueryStandIn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Two snapshots of one DataSet, each with its manifest, staged and shown as the engine would: the
 * first may be shown before the second has come, or be superseded by it.
 */
final class SnapshotLife extends Life {
  /** A snapshot's rows in the log: ordinals from 1 on, which are their ids too. */
  private record Sent(String id, long first, long end, long manifest) {
    int rows(long from, long to) {
      return (int) Math.max(0, Math.min(end, to) - Math.max(first, from));
    }

    List<String> shown() {
      return IntStream.rangeClosed(1, rows(first, end)).mapToObj(i -> id + " " + i).toList();
    }
  }

  private static final List<Sent> SENT = List.of(new Sent("s1", 0, 4, 0), new Sent("s2", 5, 10, 1));

  private final String mode;
  private final SnapshotRounds rounds;

  SnapshotLife(
      BigQueryStandIn standIn,
      String method,
      String mode,
      String run,
      DyingProcess process,
      int cut) {
    this(standIn, Map.of("bigquery.write.method", method), mode, run, process, cut);
  }

  SnapshotLife(
      BigQueryStandIn standIn,
      Map<String, String> config,
      String mode,
      String run,
      DyingProcess process,
      int cut) {
    super(standIn, config(config, mode), run, process, cut);
    this.mode = mode;
    this.rounds = new SnapshotRounds(rig.settings, rig.destination, MANIFESTS);
  }

  private static Map<String, String> config(Map<String, String> own, String mode) {
    Map<String, String> config = new HashMap<>(own);
    config.put("write.mode", mode);
    config.put("topics", "orders,domo.snapshots");
    config.put("table.create.format", "{table}_{counter}");
    return config;
  }

  @Override
  long end() {
    return SENT.get(SENT.size() - 1).end();
  }

  @Override
  PendingRange range(Claim owner, long start, long end) {
    List<TableBatch> batches = new ArrayList<>();
    Map<String, SnapshotProgress> progress = new TreeMap<>();
    for (Sent sent : SENT) {
      if (sent.rows(start, end) > 0) {
        TableBatch batch = rig.destination.newBatch(owner, start, table(0), Optional.of(sent.id()));
        for (long at = Math.max(start, sent.first()); at < Math.min(end, sent.end()); at++) {
          long ordinal = at - sent.first() + 1;
          batch.add(BigQueryRig.row(at, ordinal, sent.id(), OptionalLong.of(ordinal)));
        }
        batches.add(batch);
        int staged = sent.rows(sent.first(), end);
        progress.put(sent.id(), new SnapshotProgress(sent.first(), staged, staged, 0));
      }
    }
    return new PendingRange(owner, start, end, batches, progress, List.of());
  }

  private RegisteredManifest manifest(Sent sent) {
    RegisteredManifest orders =
        BigQueryRig.manifest(sent.id(), sent.manifest(), sent.rows(sent.first(), sent.end()));
    return new RegisteredManifest(
        orders.manifest(), table(0), orders.topic(), orders.partition(), orders.offset());
  }

  @Override
  void live() {
    take();
    Claim manifests = rig.destination.claim(MANIFESTS, OptionalLong.empty());
    for (Sent sent : SENT) {
      land(sent.end());
      if (manifests.position().orElse(0) <= sent.manifest()) {
        BigQueryScenario.commitPatiently(
            rig,
            new PendingRange(
                manifests,
                sent.manifest(),
                sent.manifest() + 1,
                List.of(),
                Map.of(),
                List.of(manifest(sent))));
      }
      rounds.round();
    }
    for (int i = 0; !rig.destination.snapshots().undecided().isEmpty(); i++) {
      assertTrue(i < 10, "decides nothing");
      rounds.round();
    }
    giveUp();
    rig.destination.release(manifests);
    assertEquals(List.of(), tables("__wb_s"), "staging that is left");
  }

  /** Rows are staged again, and promotions that were decided on are carried out. */
  @Override
  void haunt() {
    super.haunt();
    SnapshotStore store = rig.destination.snapshots();
    for (Sent sent : SENT) {
      long rows = sent.rows(sent.first(), sent.end());
      try {
        assertEquals(
            Promotion.ALREADY,
            store.promote(manifest(sent), new Staged(rows, 0, Map.of(), Map.of())));
      } catch (FaultException e) {
        // Its staging is gone: looked at again, it is decided.
        assertEquals(Fault.RETRY, e.fault(), e.getMessage());
      }
    }
    rounds.round();
  }

  @Override
  void holds(String what) {
    switch (mode) {
      case "overwrite" -> assertEquals(SENT.get(1).shown(), shown(table(0)), what);
      case "create" -> {
        List<String> tables = tables("_");
        assertEquals(SENT.size(), tables.stream().filter(t -> !t.contains("__wb_")).count(), what);
        for (int i = 0; i < SENT.size(); i++) {
          Target table = new Target(BigQueryRig.DATASET, table(0).table() + "_" + (i + 1));
          assertEquals(SENT.get(i).shown(), shown(table), what + ", " + table);
        }
      }
      default -> {
        List<String> both = new ArrayList<>(SENT.get(0).shown());
        both.addAll(SENT.get(1).shown());
        assertEquals(both, shown(table(0)), what);
      }
    }
    assertEquals(
        List.of("s1 1", "s2 1"),
        texts(
            "SELECT CONCAT(snapshot, ' ', CAST(COUNT(*) AS STRING)) AS v FROM"
                + " sales.__wb_snapshots WHERE delivery = '"
                + run()
                + "' GROUP BY snapshot ORDER BY v"),
        what + ", decisions");
  }

  private List<String> shown(Target table) {
    return texts(
        "SELECT CONCAT(note, ' ', CAST(id AS STRING)) AS v FROM `"
            + table.namespace()
            + "."
            + table.table()
            + "` ORDER BY v");
  }

  /** Tables of this run whose names go on like that. */
  private List<String> tables(String then) {
    return texts("SELECT table_name AS v FROM sales.INFORMATION_SCHEMA.TABLES ORDER BY v").stream()
        .filter(name -> name.startsWith(table(0).table() + then))
        .toList();
  }

  private List<String> texts(String sql) {
    return rig.queries.rows(SqlStatement.of(sql)).stream().map(row -> row.text("v")).toList();
  }
}
