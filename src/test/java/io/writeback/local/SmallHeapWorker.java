package io.writeback.local;

import io.writeback.standin.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.connect.json.JsonConverter;

/**
 * A distributed worker with this JVM's class path in a process with a bounded heap, which ends when
 * that runs out, and a log of what its collections found.
 */
public final class SmallHeapWorker implements AutoCloseable {
  /** Such as {@code Pause Young (Normal) (G1 Evacuation Pause) 151M->63M(256M) 3.1ms}. */
  private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\((\\d+)M\\)");

  private final ChildJvm jvm;
  private final ConnectRest rest;
  private final Path gcLog;

  private SmallHeapWorker(ChildJvm jvm, ConnectRest rest, Path gcLog) {
    this.jvm = jvm;
    this.rest = rest;
    this.gcLog = gcLog;
  }

  /** Starts it and waits until it answers. */
  public static SmallHeapWorker start(Path dir, String bootstrapServers, int heapMb)
      throws IOException, InterruptedException {
    int port = FreePort.any();
    Path gcLog = dir.resolve("gc.log");
    ChildJvm jvm =
        ChildJvm.start(
            "Connect worker",
            List.of(
                "-Xmx" + heapMb + "m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xlog:gc:file=" + gcLog + "::filecount=0"),
            System.getProperty("java.class.path"),
            "org.apache.kafka.connect.cli.ConnectDistributed",
            List.of(properties(dir, bootstrapServers, port).toString()),
            dir.resolve("worker.log"));
    SmallHeapWorker worker =
        new SmallHeapWorker(jvm, new ConnectRest("http://127.0.0.1:" + port), gcLog);
    Await.until("the worker", Duration.ofMinutes(5), worker::answers);
    return worker;
  }

  public ConnectRest rest() {
    return rest;
  }

  /** Fails in words if it has ended. */
  public void requireAlive() {
    jvm.requireAlive();
  }

  /** The last lines of its log. */
  public String lastLines(int count) {
    return jvm.lastLines(count);
  }

  /** The largest heap in MiB that a collection left behind. */
  public long peakAfterCollections() throws IOException {
    return peak(2);
  }

  /** The largest heap in MiB at which a collection began. */
  public long peakBeforeCollections() throws IOException {
    return peak(1);
  }

  private boolean answers() throws Exception {
    jvm.requireAlive();
    return rest.isUp();
  }

  private static Path properties(Path dir, String bootstrapServers, int port) throws IOException {
    Map<String, String> properties =
        Map.ofEntries(
            Map.entry("bootstrap.servers", bootstrapServers),
            Map.entry("group.id", "small-heap"),
            Map.entry("config.storage.topic", "connect-configs"),
            Map.entry("config.storage.replication.factor", "1"),
            Map.entry("offset.storage.topic", "connect-offsets"),
            Map.entry("offset.storage.replication.factor", "1"),
            Map.entry("offset.storage.partitions", "1"),
            Map.entry("status.storage.topic", "connect-status"),
            Map.entry("status.storage.replication.factor", "1"),
            Map.entry("status.storage.partitions", "1"),
            Map.entry("listeners", "http://127.0.0.1:" + port),
            Map.entry("plugin.discovery", "service_load"),
            Map.entry("key.converter", JsonConverter.class.getName()),
            Map.entry("value.converter", JsonConverter.class.getName()),
            Map.entry("exactly.once.source.support", "enabled"));
    return Files.writeString(
        dir.resolve("worker.properties"),
        properties.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .sorted()
            .collect(Collectors.joining("\n", "", "\n")));
  }

  private long peak(int group) throws IOException {
    long peak = 0;
    for (String line : Files.readAllLines(gcLog)) {
      Matcher collection = COLLECTION.matcher(line);
      if (collection.find()) {
        peak = Math.max(peak, Long.parseLong(collection.group(group)));
      }
    }
    return peak;
  }

  @Override
  public void close() {
    jvm.close();
  }
}
