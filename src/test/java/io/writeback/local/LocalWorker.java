package io.writeback.local;

import io.writeback.standin.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A distributed Connect worker in a process of its own, with the packaged archive as plugin. */
public final class LocalWorker implements AutoCloseable {
  private final ChildJvm jvm;
  private final ConnectRest rest;

  private LocalWorker(ChildJvm jvm, ConnectRest rest) {
    this.jvm = jvm;
    this.rest = rest;
  }

  /**
   * How to start a worker.
   *
   * @param dir for its files
   * @param restPort 0 for any
   * @param jars directory with Connect's jars, none of which is a part of the plugin
   * @param extraClassPath jars of somebody else that are on the worker's class path too
   * @param jvmArgs such as {@code -Xmx512m}
   * @param overrides worker properties besides the defaults here
   */
  public record Settings(
      Path dir,
      String bootstrapServers,
      Path pluginPath,
      int restPort,
      Path jars,
      List<Path> extraClassPath,
      List<String> jvmArgs,
      Map<String, String> overrides) {
    /**
     * With a heap and the JVM's defaults.
     *
     * @param heapMb heap in MiB
     */
    public Settings(
        Path dir,
        String bootstrapServers,
        Path pluginPath,
        int restPort,
        Path jars,
        List<Path> extraClassPath,
        int heapMb,
        Map<String, String> overrides) {
      this(
          dir,
          bootstrapServers,
          pluginPath,
          restPort,
          jars,
          extraClassPath,
          List.of("-Xmx" + heapMb + "m"),
          overrides);
    }
  }

  /** Starts it; does not wait until it is up. */
  public static LocalWorker start(Settings settings) throws IOException {
    int port = FreePort.claim("Kafka Connect", settings.restPort());
    Files.createDirectories(settings.dir());
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("bootstrap.servers", settings.bootstrapServers());
    properties.put("group.id", "writeback-local");
    properties.put("config.storage.topic", "connect-configs");
    properties.put("config.storage.replication.factor", "1");
    properties.put("offset.storage.topic", "connect-offsets");
    properties.put("offset.storage.replication.factor", "1");
    properties.put("offset.storage.partitions", "5");
    properties.put("status.storage.topic", "connect-status");
    properties.put("status.storage.replication.factor", "1");
    properties.put("status.storage.partitions", "1");
    properties.put("listeners", "http://127.0.0.1:" + port);
    properties.put("rest.advertised.host.name", "127.0.0.1");
    properties.put("plugin.path", settings.pluginPath().toString());
    properties.put("plugin.discovery", "service_load");
    properties.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
    properties.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    properties.put("exactly.once.source.support", "enabled");
    properties.put("config.providers", "file");
    properties.put(
        "config.providers.file.class",
        "org.apache.kafka.common.config.provider.FileConfigProvider");
    properties.put("offset.flush.interval.ms", "5000");
    properties.put("scheduled.rebalance.max.delay.ms", "0");
    properties.putAll(settings.overrides());
    Path file = settings.dir().resolve("worker.properties");
    Files.writeString(
        file,
        properties.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining("\n", "", "\n")));
    List<String> classPath = new ArrayList<>();
    settings.extraClassPath().forEach(jar -> classPath.add(jar.toString()));
    classPath.add(settings.jars() + "/*");
    List<String> jvmArgs = new ArrayList<>(settings.jvmArgs());
    jvmArgs.add("-XX:+ExitOnOutOfMemoryError");
    jvmArgs.add("-Dlog4j2.configurationFile=" + WorkerLog.write(settings.dir()));
    ChildJvm jvm =
        ChildJvm.start(
            "Connect worker",
            jvmArgs,
            String.join(java.io.File.pathSeparator, classPath),
            "org.apache.kafka.connect.cli.ConnectDistributed",
            List.of(file.toString()),
            settings.dir().resolve("worker.log"));
    return new LocalWorker(jvm, new ConnectRest("http://127.0.0.1:" + port));
  }

  public ChildJvm jvm() {
    return jvm;
  }

  public ConnectRest rest() {
    return rest;
  }

  /** Waits until its REST server answers. */
  public void awaitUp(Duration patience) throws InterruptedException {
    Await.until(
        "Kafka Connect to answer",
        patience,
        () -> {
          jvm.requireAlive();
          return rest.isUp();
        });
  }

  @Override
  public void close() {
    jvm.close();
  }
}
