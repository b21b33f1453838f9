package io.writeback.sink;

import static io.writeback.sink.FakeKafka.tp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.metrics.TaskMetrics;
import io.writeback.retry.FaultException;
import io.writeback.sink.ExternalCalls.Moment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;

/** What an operator sees of an engine: its metrics, and a line for each batch that is committed. */
class EngineFiguresTest {
  private static final TopicPartition A = tp("a", 0);
  private static final Pattern COMMITTED =
      Pattern.compile("Committed \\d+ of \\d+ ranges of .*: (\\d+) rows, (\\d+) bytes, tables .*");

  private final EngineRig rig = EngineRig.fresh(Map.of());

  private long counter(String name) {
    return rig.metrics.counter(name, "").value();
  }

  private void rows(int n) {
    for (int i = 0; i < n; i++) {
      rig.kafka.row(A, "good");
    }
  }

  @Test
  void whatLandsIsCountedAndLoggedOnceABatch() {
    List<String> lines = new ArrayList<>();
    AbstractAppender appender =
        new AbstractAppender("commits", null, null, true, Property.EMPTY_ARRAY) {
          @Override
          public void append(LogEvent event) {
            lines.add(event.getMessage().getFormattedMessage());
          }
        };
    Logger logger = (Logger) LogManager.getLogger(CommitLog.class);
    appender.start();
    logger.addAppender(appender);
    try {
      rows(4);
      rig.kafka.row(A, "bad");
      rig.assign(A).drain();
      rows(5);
      rig.drain();
      // What landed last is told to the engine in a turn of its own.
      rig.turns(5);
    } finally {
      logger.removeAppender(appender);
    }
    assertEquals(9, counter("rows-written-total"));
    assertEquals(1, counter("rows-reported-total"));
    assertTrue(counter("batches-committed-total") >= 2, "two batches at least");
    long rows = 0;
    long bytes = 0;
    for (String line : lines) {
      Matcher committed = COMMITTED.matcher(line);
      assertTrue(committed.matches(), line);
      rows += Long.parseLong(committed.group(1));
      bytes += Long.parseLong(committed.group(2));
      assertFalse(line.contains("good"), "a line tells no row: " + line);
    }
    assertEquals(counter("batches-committed-total"), lines.size());
    assertEquals(9, rows);
    assertEquals(counter("bytes-written-total"), bytes);
  }

  @Test
  void failuresAreCountedByWhatTheyMean() {
    rows(1);
    rig.warehouse.calls.failNext("commit", Moment.BEFORE, () -> FaultException.retry("x", null));
    rig.warehouse.calls.failNext(
        "commit", Moment.BEFORE, () -> FaultException.configuration("x", null));
    rig.assign(A).drain();
    rig.turns(5);
    assertEquals(1, counter("faults-retry-total"));
    assertEquals(1, counter("faults-configuration-total"));
    assertEquals(1, counter("rows-written-total"));
  }

  @Test
  void levelsAreReadWhenSomebodyLooks() {
    Map<String, DoubleSupplier> gauges = new HashMap<>();
    TaskMetrics metrics =
        new TaskMetrics() {
          private final TaskMetrics counts = TaskMetrics.none();

          @Override
          public Counter counter(String name, String description) {
            return counts.counter(name, description);
          }

          @Override
          public void gauge(String name, String description, DoubleSupplier value) {
            gauges.put(name, value);
          }

          @Override
          public void close() {
            gauges.clear();
          }
        };
    EngineMetrics figures = new EngineMetrics(metrics);
    figures.committed(3, 30, 7);
    figures.levels(new EngineMetrics.Levels(1, 2, 5));
    figures.snapshots(4, 6);
    Map<String, Double> read = new HashMap<>();
    gauges.forEach((name, value) -> read.put(name, value.getAsDouble()));
    assertEquals(
        Map.of(
            "commit-latency-ms", 7.0,
            "buffered-rows", 1.0,
            "buffered-bytes", 2.0,
            "lag-records", 5.0,
            "snapshots-held", 4.0,
            "snapshots-waiting", 6.0),
        read);
    figures.close();
    assertEquals(Map.of(), gauges);
  }
}
