package io.writeback.domo;

import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the DataSets of a task say what is wrong: the log, a history that JMX shows, and, if {@code
 * domo.dataset.failure} is {@code fail}, the end of the task. Safe for use by many threads.
 */
final class TaskJournal implements DomoSourceStatusMXBean, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskJournal.class);
  private static final int HISTORY = 50;

  /** A task that is slow to stop must not take the name away from its successor. */
  private static final ConcurrentMap<ObjectName, TaskJournal> SHOWN = new ConcurrentHashMap<>();

  private final ObjectName name;
  private final Consumer<ConnectException> failure;
  private final InstantSource clock;
  private final Map<String, Entry> datasets = new TreeMap<>();
  private final Deque<String> errors = new ArrayDeque<>();
  private volatile boolean stopping;

  private record Entry(Supplier<DatasetState> state, DatasetJournal journal) {}

  /**
   * A journal.
   *
   * @param failure ends the task, or does nothing if failures stay with their DataSet
   */
  TaskJournal(String connector, int task, Consumer<ConnectException> failure, InstantSource clock) {
    this.name = objectName(connector, task);
    this.failure = failure;
    this.clock = clock;
  }

  /** Shows it over JMX, if that is possible; it must not stand in the way of the data. */
  TaskJournal show() {
    SHOWN.put(name, this);
    try {
      var server = ManagementFactory.getPlatformMBeanServer();
      if (server.isRegistered(name)) {
        server.unregisterMBean(name);
      }
      server.registerMBean(this, name);
    } catch (JMException | SecurityException e) {
      LOG.warn("The status of the DataSets cannot be shown over JMX: {}", e.toString());
    }
    return this;
  }

  /** What breaks from now on breaks because the task stops. */
  void stopping() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }

  /** A DataSet's part of it. */
  DatasetJournal dataset(String id, String alias) {
    return new DatasetJournal(id, alias, this);
  }

  /** Lists a DataSet. */
  synchronized void watch(String alias, Supplier<DatasetState> state, DatasetJournal journal) {
    datasets.put(alias, new Entry(state, journal));
  }

  synchronized void record(String alias, String message) {
    if (errors.size() == HISTORY) {
      errors.removeLast();
    }
    errors.addFirst(clock.instant() + " " + alias + " " + message);
  }

  /** Something that time alone will not heal. */
  void lasting(String message) {
    failure.accept(new ConnectException(message));
  }

  @Override
  public synchronized Map<String, String> getDatasets() {
    Map<String, String> all = new TreeMap<>();
    datasets.forEach(
        (alias, entry) -> {
          String state = entry.state.get().name().toLowerCase(Locale.ROOT);
          String wrong = entry.journal.wrong();
          all.put(alias, wrong.isEmpty() ? state : state + ": " + wrong);
        });
    return all;
  }

  @Override
  public synchronized List<String> getErrors() {
    return new ArrayList<>(errors);
  }

  @Override
  public void close() {
    if (!SHOWN.remove(name, this)) {
      return;
    }
    try {
      ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
    } catch (JMException | SecurityException e) {
      LOG.debug("Nothing to unregister: {}", e.toString());
    }
  }

  static ObjectName objectName(String connector, int task) {
    try {
      return new ObjectName(
          "io.writeback:type=domo-source,connector="
              + ObjectName.quote(connector)
              + ",task="
              + task);
    } catch (JMException e) {
      throw new IllegalStateException("a quoted name is always a name", e);
    }
  }
}
