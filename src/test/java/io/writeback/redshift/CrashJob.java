package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.table;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SinkRow;
import io.writeback.sink.SnapshotProgress;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.SnapshotStore.Decision;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.sink.SnapshotStore.Undecided;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Struct;

/**
 * A small input of two partitions, the work of a process on it, and what the table must hold in the
 * end. A process may be any process: it begins where the warehouse says.
 */
final class CrashJob {
  private static final int PARTITIONS = 2;
  private static final int ROWS = 10;
  private static final int STEP = 5;
  private static final int SNAPSHOTS = 2;

  /** Write modes, with their variants. */
  enum Mode {
    APPEND("append"),
    UPSERT("upsert"),
    SOFT("upsert", "upsert.delete", "soft"),
    REPLACE("overwrite"),
    SWAP("overwrite", "redshift.overwrite.method", "swap"),
    CREATE("create");

    private final String[] config;

    Mode(String mode, String... more) {
      config = new String[more.length + 2];
      config[0] = "write.mode";
      config[1] = mode;
      System.arraycopy(more, 0, config, 2, more.length);
    }

    boolean ofSnapshots() {
      return config[1].equals("overwrite") || config[1].equals("create");
    }
  }

  private final Warehouse warehouse;
  private final Mode mode;
  private final String name;
  private final Target target;
  private final List<List<SinkRow>> input = new ArrayList<>();

  CrashJob(Warehouse warehouse, Mode mode, String name) {
    this.warehouse = warehouse;
    this.mode = mode;
    this.name = name + "_" + mode.name().toLowerCase(Locale.ROOT);
    this.target = table(this.name);
    Random random = new Random(7);
    for (int part = 0; part < PARTITIONS; part++) {
      List<SinkRow> rows = new ArrayList<>();
      for (int offset = 0; offset < ROWS; offset++) {
        rows.add(row(part, offset, random));
      }
      input.add(rows);
    }
  }

  Mode mode() {
    return mode;
  }

  private TopicPartition tp(int part) {
    return new TopicPartition(name, part);
  }

  /**
   * Keys of a partition are its own. Offsets of snapshots: half for the first, half for the next.
   */
  private SinkRow row(int part, int offset, Random random) {
    if (mode == Mode.UPSERT || mode == Mode.SOFT) {
      String value = random.nextInt(3) == 0 ? null : "v" + offset;
      return UpsertTest.row(tp(part), offset, "p" + part, (long) random.nextInt(4), value);
    }
    long ordinal = (long) (offset % STEP) * PARTITIONS + part + 1;
    return Warehouse.row(
        tp(part),
        offset,
        Warehouse.value(100L * part + offset, snapshot(offset)),
        mode.ofSnapshots() ? OptionalLong.of(ordinal) : OptionalLong.empty());
  }

  private static String snapshot(int offset) {
    return "s" + offset / STEP;
  }

  Destination process() {
    return new RedshiftDestination(
        RedshiftParts.of(new RedshiftSinkConfig(warehouse.config(name, mode.config))));
  }

  void run(Destination process) {
    List<Claim> claims = new ArrayList<>();
    long[] next = new long[PARTITIONS];
    List<Map<String, SnapshotProgress>> progress = new ArrayList<>();
    for (int part = 0; part < PARTITIONS; part++) {
      Claim claim = process.claim(tp(part), OptionalLong.of(0));
      claims.add(claim);
      next[part] = claim.position().orElse(0);
      progress.add(new TreeMap<>(claim.snapshots()));
    }
    while (next[0] < ROWS || next[1] < ROWS) {
      List<PendingRange> ranges = new ArrayList<>();
      for (int part = 0; part < PARTITIONS; part++) {
        if (next[part] < ROWS) {
          ranges.add(range(process, claims.get(part), (int) next[part], progress.get(part)));
        }
      }
      List<CommitOutcome> outcomes = process.commit(ranges);
      for (int i = 0; i < ranges.size(); i++) {
        int part = ranges.get(i).claim().partition().partition();
        next[part] =
            outcomes.get(i) instanceof Committed done
                ? done.position()
                : ((Moved) outcomes.get(i)).position();
      }
    }
    if (mode.ofSnapshots()) {
      show(process);
    }
  }

  private PendingRange range(
      Destination process, Claim claim, int from, Map<String, SnapshotProgress> progress) {
    int to = (from / STEP + 1) * STEP;
    Optional<String> snapshot = mode.ofSnapshots() ? Optional.of(snapshot(from)) : Optional.empty();
    TableBatch batch = process.newBatch(claim, from, target, snapshot);
    for (SinkRow row : input.get(claim.partition().partition()).subList(from, to)) {
      batch.add(row);
      snapshot.ifPresent(
          id ->
              progress.put(
                  id,
                  progress
                      .getOrDefault(id, SnapshotProgress.startingAt(from))
                      .withRow(row.ordinal().getAsLong())));
    }
    return new PendingRange(claim, from, to, List.of(batch), Map.copyOf(progress), List.of());
  }

  private void show(Destination process) {
    TopicPartition manifests = new TopicPartition("domo.snapshots." + name, 0);
    Claim claim = process.claim(manifests, OptionalLong.of(0));
    List<RegisteredManifest> all = new ArrayList<>();
    for (int s = 0; s < SNAPSHOTS; s++) {
      all.add(Warehouse.manifest(name, target, "s" + s, (long) STEP * PARTITIONS, s));
    }
    long position = claim.position().orElse(0);
    if (position < SNAPSHOTS) {
      PendingRange range =
          new PendingRange(
              claim,
              position,
              SNAPSHOTS,
              List.of(),
              Map.of(),
              all.subList((int) position, SNAPSHOTS));
      assertEquals(List.of(new Committed(SNAPSHOTS)), process.commit(List.of(range)));
    }
    SnapshotStore store = process.snapshots();
    for (Undecided undecided : store.undecided()) {
      RegisteredManifest manifest = undecided.manifest();
      Staged staged = store.staged(manifest);
      assertEquals((long) STEP * PARTITIONS, staged.distinctOrdinals());
      Promotion promotion = store.promote(manifest, staged);
      assertEquals(false, promotion == Promotion.INCOMPLETE);
      store.decide(
          manifest, new Decision(Decision.Kind.PROMOTED, "", staged.distinctOrdinals(), 0, 0));
    }
    store.clean();
  }

  /** The input, folded by the mode's rules. */
  List<String> expected() {
    TreeMap<String, String> table = new TreeMap<>();
    for (List<SinkRow> rows : input) {
      for (SinkRow row : rows) {
        fold(row, table);
      }
    }
    return List.copyOf(table.values());
  }

  private void fold(SinkRow row, TreeMap<String, String> table) {
    var value = (Struct) row.record().value();
    if (mode == Mode.UPSERT || mode == Mode.SOFT) {
      var key = (Struct) row.record().key();
      String id = key.getString("region") + "|" + key.getInt64("id");
      if (value != null) {
        table.put(id, id + "|" + value.getString("name") + (mode == Mode.SOFT ? "|f" : ""));
      } else if (mode == Mode.UPSERT) {
        table.remove(id);
      } else {
        table.computeIfPresent(id, (k, shown) -> shown.replaceAll("f$", "t"));
      }
    } else if (!mode.ofSnapshots() || mode == Mode.CREATE || row.offset() >= ROWS - STEP) {
      int number = mode == Mode.CREATE ? (int) row.offset() / STEP + 1 : 0;
      String shown = number + "|" + value.getInt64("id") + "|" + value.getString("name");
      table.put(String.format("%09d", value.getInt64("id")), shown);
    }
  }

  List<String> shown() {
    String leftovers = " FROM pg_tables WHERE tablename LIKE '" + name + "\\_\\_wb%'";
    assertEquals(List.of(), warehouse.rows("SELECT tablename" + leftovers));
    return switch (mode) {
      case UPSERT -> warehouse.rows("SELECT region, id, name FROM " + name + " ORDER BY 1, 2");
      case SOFT ->
          warehouse.rows("SELECT region, id, name, deleted FROM " + name + " ORDER BY 1, 2");
      case CREATE -> {
        List<String> shown = new ArrayList<>();
        String like = " FROM pg_tables WHERE tablename LIKE '" + name + "%' ORDER BY 1";
        for (String table : warehouse.rows("SELECT tablename" + like)) {
          String number = table.substring(name.length() + 1);
          shown.addAll(warehouse.rows("SELECT " + number + ", id, name FROM " + table));
        }
        shown.sort(Comparator.comparingLong(row -> Long.parseLong(row.split("\\|", -1)[1])));
        yield shown;
      }
      default -> warehouse.rows("SELECT 0, id, name FROM " + name + " ORDER BY id");
    };
  }
}
