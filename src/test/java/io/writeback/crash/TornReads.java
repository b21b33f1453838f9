package io.writeback.crash;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A reader that queries all tables of a warehouse again and again, as a dashboard does. A query
 * that fails shows nothing, and is no verdict. A table that has shown a version must show one from
 * then on, and not an older one.
 */
final class TornReads implements AutoCloseable {
  private static final int NEWEST = 2;

  /** Readers must not take the machine from those whom they watch. */
  private static final long PAUSE_MS = 40;

  private final List<Table> tables;
  private final WarehouseReader reader;
  private final Map<Table, List<String>> torn = new ConcurrentHashMap<>();
  private final Map<Table, Long> newest = new HashMap<>();
  private final AtomicLong reads = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;

  TornReads(List<Table> tables, WarehouseReader reader) {
    this.tables = tables;
    this.reader = reader;
    this.thread = new Thread(this::run, "reader-" + tables.get(0).warehouse());
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!closed) {
      for (Table table : tables) {
        try {
          Thread.sleep(PAUSE_MS);
          look(table);
        } catch (InterruptedException e) {
          return;
        } catch (Exception e) {
          // No table yet, or a fault met the query.
        }
      }
    }
  }

  private void look(Table table) throws Exception {
    if (table.dataset().mode() == Mode.CREATE) {
      List<String> family = reader.family(table.name());
      for (String one : family.subList(Math.max(0, family.size() - NEWEST), family.size())) {
        judge(table, reader.figures(one));
      }
      return;
    }
    Map<Long, Figures> shown = reader.figures(table.name());
    boolean overwritten = table.dataset().mode() == Mode.OVERWRITE;
    if (shown.isEmpty() && !(overwritten && newest.containsKey(table))) {
      return;
    }
    judge(table, shown);
    long now = shown.keySet().stream().mapToLong(Long::longValue).max().orElse(-1);
    if (table.dataset().newestStays() && now < newest.getOrDefault(table, -1L)) {
      note(table, "version " + now + " after version " + newest.get(table));
    }
    newest.merge(table, now, Math::max);
  }

  private void judge(Table table, Map<Long, Figures> shown) {
    reads.incrementAndGet();
    Optional<String> wrong = table.dataset().wrongWith(shown);
    wrong.ifPresent(words -> note(table, words));
  }

  private void note(Table table, String words) {
    List<String> seen = torn.computeIfAbsent(table, t -> new ArrayList<>());
    synchronized (seen) {
      seen.add("torn " + table + " at " + Instant.now() + ": " + words);
    }
  }

  /** Reads that were judged. */
  long reads() {
    return reads.get();
  }

  /** What was seen of a table that must not be seen. */
  List<String> torn(Table table) {
    List<String> seen = torn.getOrDefault(table, List.of());
    synchronized (seen) {
      return List.copyOf(seen);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    reader.close();
  }
}
