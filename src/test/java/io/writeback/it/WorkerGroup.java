package io.writeback.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.local.ComponentArchive;
import io.writeback.local.ConnectRest;
import io.writeback.local.ConnectRuntime;
import io.writeback.local.LocalWorker;
import io.writeback.standin.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Distributed workers of one Connect version, each in a process of its own with nothing but Connect
 * and the packaged archive, to be killed and started again.
 */
final class WorkerGroup implements AutoCloseable {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ConnectRuntime runtime;
  private final Path dir;
  private final String bootstrapServers;
  private final ComponentArchive archive;
  private final Map<String, String> overrides = new HashMap<>();
  private final LocalWorker[] workers;

  /**
   * A group without members.
   *
   * @param overrides worker properties besides those of {@link LocalWorker}
   */
  WorkerGroup(
      ConnectRuntime runtime,
      Path dir,
      String bootstrapServers,
      int size,
      Map<String, String> overrides)
      throws IOException {
    this.runtime = runtime;
    this.dir = dir;
    this.bootstrapServers = bootstrapServers;
    this.archive = ComponentArchive.unpack(ComponentArchive.file(TARGET), dir.resolve("plugins"));
    this.workers = new LocalWorker[size];
    // A dead member is missed soon, so that the next one need not wait for it.
    this.overrides.put("session.timeout.ms", "4000");
    this.overrides.put("heartbeat.interval.ms", "1000");
    this.overrides.putAll(overrides);
  }

  int size() {
    return workers.length;
  }

  /** Starts one; does not wait until it is up. */
  void start(int member) throws IOException {
    workers[member] =
        LocalWorker.start(
            new LocalWorker.Settings(
                dir.resolve("worker-" + member),
                bootstrapServers,
                archive.pluginPath(),
                0,
                runtime.jars(TARGET),
                runtime.logging(TARGET),
                // A worker that lives for seconds is better off without the slow compiler.
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                overrides));
  }

  /** Ends one as a crash does: nothing is closed, committed or aborted. */
  void kill(int member) {
    workers[member].jvm().kill();
  }

  /** Ends one as an operator does: it leaves its groups and closes its tasks. */
  void leave(int member) {
    workers[member].jvm().stop(Duration.ofSeconds(60));
  }

  /** Ends all as an operator does. */
  void leave() {
    for (int member = 0; member < workers.length; member++) {
      leave(member);
    }
  }

  /** How many tasks of a connector run in this one, as far as it knows. */
  int tasks(int member, String connector) throws IOException, InterruptedException {
    workers[member].jvm().requireAlive();
    ConnectRest rest = workers[member].rest();
    int tasks = 0;
    for (JsonNode task : rest.status(connector).get("tasks")) {
      if (task.get("state").asText().equals("RUNNING")
          && rest.base().endsWith("//" + task.get("worker_id").asText())) {
        tasks++;
      }
    }
    return tasks;
  }

  LocalWorker member(int member) {
    return workers[member];
  }

  /** Creates or changes a connector, as soon as the group can. */
  void put(String connector, Map<String, String> config) throws InterruptedException {
    Await.until(
        "connector " + connector,
        PATIENCE,
        () -> {
          requireAlive();
          rest().put(connector, config);
          return true;
        });
  }

  /** Fails, with the end of the log, if a member ended by itself. */
  void requireAlive() {
    for (LocalWorker worker : workers) {
      if (worker != null) {
        worker.jvm().requireAlive();
      }
    }
  }

  ConnectRest rest() {
    return workers[0].rest();
  }

  @Override
  public void close() {
    for (LocalWorker worker : workers) {
      if (worker != null) {
        worker.jvm().kill();
      }
    }
  }
}
