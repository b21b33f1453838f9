package io.writeback.local;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Shows how far each table is: rows read from Domo, rows in Kafka, rows landed in each warehouse.
 * On a terminal the lines are drawn over each other, elsewhere they are plain and only come when
 * something has changed.
 */
final class Progress {
  private static final int BAR = 20;

  private final PrintStream out;
  private final boolean terminal;
  private final List<LocalTable> tables;
  private final List<WarehouseView> warehouses;
  private final Map<String, Long> landed = new ConcurrentHashMap<>();
  private final long startNanos = System.nanoTime();
  private String lastText = "";
  private int drawn;

  Progress(
      PrintStream out, boolean terminal, List<LocalTable> tables, List<WarehouseView> warehouses) {
    this.out = out;
    this.terminal = terminal;
    this.tables = tables;
    this.warehouses = warehouses;
  }

  /** Looks once, and shows what is new. */
  void show() throws Exception {
    for (LocalTable table : tables) {
      for (WarehouseView warehouse : warehouses) {
        Optional<Long> rows = warehouse.count(table.name());
        rows.ifPresent(n -> landed.put(warehouse.name() + "." + table.name(), n));
      }
    }
    StringBuilder text = new StringBuilder();
    for (LocalTable table : tables) {
      text.append(line(table)).append('\n');
    }
    if (text.toString().equals(lastText)) {
      return;
    }
    lastText = text.toString();
    if (terminal && drawn > 0) {
      out.print("\u001b[" + drawn + "A\u001b[J");
    }
    String seconds =
        String.format(Locale.ROOT, "-- after %.0f s", (System.nanoTime() - startNanos) / 1e9);
    out.println(seconds);
    out.print(text);
    out.flush();
    drawn = tables.size() + 1;
  }

  /** What is printed from here on stays: the next lines are drawn below it. */
  void keep() {
    drawn = 0;
    lastText = "";
  }

  private String line(LocalTable table) {
    long expected = table.rows().rowCount();
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    long read = table.readFromDomo().get();
    long kafka = table.inKafka().get();
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT, "   %-12s read %,10d  in Kafka %,10d", table.name(), read, kafka));
    long least = Long.MAX_VALUE;
    for (WarehouseView warehouse : warehouses) {
      long rows = landed.getOrDefault(warehouse.name() + "." + table.name(), 0L);
      least = Math.min(least, rows);
      line.append(String.format(Locale.ROOT, "  %s %,10d", warehouse.name(), rows));
    }
    line.append(String.format(Locale.ROOT, "  %,8.0f rows/s", kafka / seconds));
    if (terminal) {
      int full = (int) Math.min(BAR, expected == 0 ? BAR : BAR * least / expected);
      line.append("  [").append("#".repeat(full)).append(".".repeat(BAR - full)).append(']');
    }
    return line.toString();
  }
}
