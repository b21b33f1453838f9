package io.writeback.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.local.ComponentArchive;
import io.writeback.local.ConnectRest;
import io.writeback.local.FreePort;
import io.writeback.local.LocalBroker;
import io.writeback.local.LocalWorker;
import io.writeback.standin.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Kafka behind a link that can be slow, and Connect workers by number, to be killed, frozen, added
 * and removed. For one thread, except {@link #restartFailed} and {@link #bootstrapServers}.
 */
final class Cluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final CrashOptions options;
  private final Path dir;
  private final ComponentArchive archive;
  private final LocalBroker broker;
  private final SlowLink link;
  private final Map<Integer, LocalWorker> workers = new TreeMap<>();

  /** Starts the broker. */
  Cluster(CrashOptions options, Path dir, Sabotage sabotage) throws IOException {
    this.options = options;
    this.dir = dir;
    this.archive =
        ComponentArchive.unpack(ComponentArchive.file(options.target()), dir.resolve("plugins"));
    sabotage.apply(archive, options.target());
    int port = FreePort.any();
    int advertised = FreePort.any();
    link = new SlowLink(advertised, port);
    Path jars = io.writeback.local.ConnectRuntime.V4_3.jars(options.target());
    broker = LocalBroker.start(dir.resolve("broker"), port, advertised, jars, 384);
  }

  void awaitBroker() throws InterruptedException {
    broker.awaitUp(PATIENCE);
  }

  String bootstrapServers() {
    return "127.0.0.1:" + link.port();
  }

  SlowLink link() {
    return link;
  }

  void killBroker() {
    broker.jvm().kill();
  }

  void stopBroker() {
    broker.jvm().stop(Duration.ofSeconds(20));
  }

  void startBroker() throws IOException {
    broker.start();
  }

  /** Starts a member; does not wait until it is up. */
  synchronized void start(int member) throws IOException {
    workers.put(
        member,
        LocalWorker.start(
            new LocalWorker.Settings(
                dir.resolve("worker-" + member),
                bootstrapServers(),
                archive.pluginPath(),
                0,
                options.connect().jars(options.target()),
                extraClassPath(),
                // Workers that live for seconds are better off without the slow compiler.
                List.of("-Xmx640m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                overrides())));
  }

  private List<Path> extraClassPath() throws IOException {
    List<Path> extra = new ArrayList<>(options.connect().logging(options.target()));
    if (options.foreign()) {
      try (Stream<Path> jars = Files.list(options.target().resolve("local/lib"))) {
        jars.filter(jar -> jar.getFileName().toString().matches("(grpc-|s3-|sdk-core-).*\\.jar"))
            .forEach(extra::add);
      }
    }
    return extra;
  }

  /** Dead members are missed within seconds, so that crashes are worth their time. */
  private static Map<String, String> overrides() {
    Map<String, String> overrides = new HashMap<>();
    overrides.put("session.timeout.ms", "6000");
    overrides.put("heartbeat.interval.ms", "1500");
    overrides.put("rebalance.timeout.ms", "20000");
    overrides.put("consumer.session.timeout.ms", "6000");
    overrides.put("consumer.heartbeat.interval.ms", "1500");
    overrides.put("consumer.max.poll.interval.ms", "30000");
    overrides.put("consumer.metadata.max.age.ms", "2000");
    overrides.put("offset.flush.interval.ms", "2000");
    overrides.put("task.shutdown.graceful.timeout.ms", "5000");
    return overrides;
  }

  void awaitUp(int member) throws InterruptedException {
    worker(member).awaitUp(PATIENCE);
  }

  synchronized LocalWorker worker(int member) {
    return workers.get(member);
  }

  /** Members that run, as far as their processes are concerned. */
  synchronized List<Integer> running() {
    return workers.entrySet().stream()
        .filter(entry -> entry.getValue().jvm().isAlive())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Creates or changes a connector, as soon as the group can. */
  void put(String connector, Map<String, String> config) throws InterruptedException {
    Await.until(
        "connector " + connector,
        PATIENCE,
        () -> {
          rest().put(connector, config);
          return true;
        });
  }

  private ConnectRest rest() {
    return worker(running().get(0)).rest();
  }

  /**
   * Restarts what has failed, as an operator does.
   *
   * @return first lines of the traces
   */
  List<String> restartFailed(List<String> connectors) throws IOException, InterruptedException {
    List<String> failures = new ArrayList<>();
    for (String connector : connectors) {
      JsonNode status = rest().status(connector);
      List<JsonNode> parts = new ArrayList<>();
      parts.add(status.get("connector"));
      status.get("tasks").forEach(parts::add);
      for (JsonNode part : parts) {
        if (part.get("state").asText().equals("FAILED")) {
          failures.add(connector + ": " + cause(part.path("trace").asText()));
        }
      }
      if (parts.stream().anyMatch(part -> part.get("state").asText().equals("FAILED"))) {
        rest().restartFailed(connector);
      }
    }
    return failures;
  }

  /** The first and the innermost message of a stack trace. */
  private static String cause(String trace) {
    List<String> causes =
        trace.lines().filter(line -> line.startsWith("Caused by: ")).map(String::strip).toList();
    String first = trace.lines().findFirst().orElse("");
    return causes.isEmpty() ? first : first + " | " + causes.get(causes.size() - 1);
  }

  @Override
  public void close() {
    running().forEach(member -> worker(member).jvm().kill());
    broker.jvm().kill();
    link.close();
  }
}
