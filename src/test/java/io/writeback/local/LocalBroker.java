package io.writeback.local;

import io.writeback.standin.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.Uuid;

/** A Kafka broker (KRaft, one node) in a process of its own. */
public final class LocalBroker implements AutoCloseable {
  private final Path dir;
  private final int port;
  private final Path jars;
  private final int heapMb;
  private ChildJvm jvm;

  private LocalBroker(Path dir, int port, Path jars, int heapMb) {
    this.dir = dir;
    this.port = port;
    this.jars = jars;
    this.heapMb = heapMb;
  }

  /**
   * Formats a log directory and starts the broker; does not wait until it is up.
   *
   * @param wantedPort 0 for any
   * @param workerJars directory with the Kafka jars
   */
  public static LocalBroker start(Path dir, int wantedPort, Path workerJars, int heapMb)
      throws IOException {
    int port = FreePort.claim("the Kafka broker", wantedPort);
    return start(dir, port, port, workerJars, heapMb);
  }

  /**
   * As {@link #start(Path, int, Path, int)}, behind something that forwards connections.
   *
   * @param port where it listens
   * @param advertisedPort where clients are told to connect
   */
  public static LocalBroker start(
      Path dir, int port, int advertisedPort, Path workerJars, int heapMb) throws IOException {
    int controllerPort = FreePort.any();
    Files.createDirectories(dir);
    Path properties = dir.resolve("server.properties");
    Files.writeString(
        properties,
        String.join(
            "\n",
            "process.roles=broker,controller",
            "node.id=1",
            "controller.quorum.voters=1@127.0.0.1:" + controllerPort,
            "controller.listener.names=CONTROLLER",
            "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
            "advertised.listeners=PLAINTEXT://127.0.0.1:" + advertisedPort,
            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs=" + dir.resolve("logs"),
            "auto.create.topics.enable=false",
            "offsets.topic.replication.factor=1",
            "offsets.topic.num.partitions=5",
            "transaction.state.log.replication.factor=1",
            "transaction.state.log.min.isr=1",
            "transaction.state.log.num.partitions=5",
            "share.coordinator.state.topic.replication.factor=1",
            "share.coordinator.state.topic.min.isr=1",
            "group.initial.rebalance.delay.ms=0",
            ""));
    format(properties);
    LocalBroker broker = new LocalBroker(dir, port, workerJars, heapMb);
    broker.start();
    return broker;
  }

  /** Starts it again after its process has ended, with what is on its disk. */
  public void start() throws IOException {
    jvm =
        ChildJvm.start(
            "Kafka broker",
            List.of("-Xmx" + heapMb + "m", "-Dlog4j2.configurationFile=" + WorkerLog.write(dir)),
            jars + "/*",
            "kafka.Kafka",
            List.of(dir.resolve("server.properties").toString()),
            dir.resolve("broker.log"));
  }

  private static void format(Path properties) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    int code =
        kafka.tools.StorageTool.execute(
            new String[] {
              "format", "-t", Uuid.randomUuid().toString(), "-c", properties.toString()
            },
            new PrintStream(output, true, StandardCharsets.UTF_8));
    if (code != 0) {
      throw new IOException("could not format the broker's storage: " + output);
    }
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  public ChildJvm jvm() {
    return jvm;
  }

  /** Waits until it takes connections. */
  public void awaitUp(Duration patience) throws InterruptedException {
    Await.until(
        "the Kafka broker to listen",
        patience,
        () -> {
          jvm.requireAlive();
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
          }
        });
  }

  @Override
  public void close() {
    jvm.close();
  }
}
