package io.writeback.local;

import io.writeback.standin.domo.rows.CsvFileRows;
import io.writeback.standin.domo.rows.NextVersion;
import io.writeback.standin.domo.rows.TpchRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The whole pipeline on one machine: a broker, a worker with the packaged archive, and the cloud on
 * loopback ports. Replicates the TPC-H tables, and a CSV file if asked, into both warehouses,
 * checks each against its generator, and goes on with new versions until it is stopped.
 */
public final class LocalPipeline implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofSeconds(90);
  private static final long BYTES_PER_SCALE = 12L << 30;
  private static final long LEAST_FREE_BYTES = 1L << 30;

  private final LocalOptions options;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Path dir;
  private final List<LocalTable> tables;
  private LocalServices services;
  private LocalBroker broker;
  private LocalWorker worker;

  private LocalPipeline(LocalOptions options) throws IOException {
    this.options = options;
    this.tables = tables(options);
    Path base = options.target().toAbsolutePath().resolve("local");
    Files.createDirectories(base);
    requireDisk(base, options.scale());
    this.dir = Files.createTempDirectory(base, "run-");
  }

  /** Runs until it is done or interrupted. Exit code 0, or 1 with one line that says why. */
  public static void main(String[] args) {
    int code = 1;
    try {
      LocalOptions options =
          LocalOptions.parse(List.of(args), System.getenv("MAVEN_CMD_LINE_ARGS"));
      code = run(options);
    } catch (InterruptedException e) {
      code = 0;
    } catch (Exception e) {
      System.err.println("error: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
    }
    System.exit(code);
  }

  private static int run(LocalOptions options) throws Exception {
    LocalPipeline pipeline = new LocalPipeline(options);
    Thread stop = new Thread(pipeline::close, "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      pipeline.start();
      return pipeline.replicate();
    } finally {
      pipeline.close();
    }
  }

  private static List<LocalTable> tables(LocalOptions options) {
    List<LocalTable> tables = new ArrayList<>();
    for (String table : TpchRows.tables()) {
      tables.add(
          new LocalTable(
              id(table), table, TpchRows.keys(table), TpchRows.of(table, options.scale())));
    }
    options
        .csv()
        .ifPresent(
            file -> {
              String name = tableName(file);
              tables.add(new LocalTable(id(name), name, List.of(), CsvFileRows.open(file)));
            });
    return tables;
  }

  private static String tableName(Path file) {
    String stem = file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
    String name = stem.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    return TpchRows.tables().contains(name) || name.isEmpty() ? "csv_" + name : name;
  }

  private static String id(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static void requireDisk(Path dir, double scale) throws IOException {
    long needed = LEAST_FREE_BYTES + (long) (scale * BYTES_PER_SCALE);
    long free = Files.getFileStore(dir).getUsableSpace();
    if (free < needed) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s has %,d MiB free, scale %s needs %,d MiB: free some space or choose a smaller -Dlocal.scale",
              dir,
              free >> 20,
              scale,
              needed >> 20));
    }
  }

  private void start() throws Exception {
    long start = System.nanoTime();
    Path workerJars = options.target().toAbsolutePath().resolve("local").resolve("worker");
    ComponentArchive archive =
        ComponentArchive.unpack(
            ComponentArchive.file(options.target().toAbsolutePath()), dir.resolve("plugins"));
    broker = opened(LocalBroker.start(dir.resolve("broker"), options.kafkaPort(), workerJars, 512));
    services = opened(LocalServices.start(dir.resolve("cloud")));
    services.prepare();
    tables.forEach(services::publish);
    broker.awaitUp(START_PATIENCE);
    worker =
        opened(
            LocalWorker.start(
                new LocalWorker.Settings(
                    dir.resolve("worker"),
                    broker.bootstrapServers(),
                    archive.pluginPath(),
                    options.connectPort(),
                    workerJars,
                    List.of(),
                    1000,
                    Map.of())));
    worker.awaitUp(START_PATIENCE);
    createConnectors(new ConnectorConfigs(archive.etc(), services.secretsFile()));
    System.out.printf(Locale.ROOT, "up after %.0f s%n", (System.nanoTime() - start) / 1e9);
    services
        .lookAround(worker.rest().base(), broker.bootstrapServers())
        .forEach(line -> System.out.println("   " + line));
  }

  private void createConnectors(ConnectorConfigs configs) throws Exception {
    Map<String, String> source = new LinkedHashMap<>(services.domoConfig());
    source.put(
        "domo.datasets",
        tables.stream()
            .map(table -> table.dataSetId() + ":" + table.name())
            .collect(Collectors.joining(",")));
    source.put("domo.poll.interval.ms", "2000");
    source.put("domo.spool.dir", Files.createDirectories(dir.resolve("spool")).toString());
    source.put("topic.creation.default.replication.factor", "1");
    source.put("topic.creation.snapshots.replication.factor", "1");
    Map<String, String> sink =
        Map.of("consumer.override.metadata.max.age.ms", "2000", "snapshot.poll.ms", "1000");
    Map<String, String> bigQuery = new LinkedHashMap<>(services.bigQueryConfig());
    bigQuery.putAll(sink);
    bigQuery.put("flush.interval.ms", "5000");
    Map<String, String> redshift = new LinkedHashMap<>(services.redshiftConfig());
    redshift.putAll(sink);
    redshift.put("flush.interval.ms", "5000");
    worker.rest().put("domo", configs.read("domo-source.json", source));
    worker.rest().put("bigquery", configs.read("bigquery-sink.json", bigQuery));
    worker.rest().put("redshift", configs.read("redshift-sink.json", redshift));
  }

  private int replicate() throws Exception {
    List<WarehouseView> warehouses = services.warehouses();
    warehouses.forEach(this::opened);
    opened(new TopicCounter(broker.bootstrapServers(), tables));
    Progress progress = new Progress(System.out, System.console() != null, tables, warehouses);
    Verification verification = new Verification(LocalServices.NAMESPACE, warehouses);
    if (!round(progress, verification, tables)) {
      return 1;
    }
    options
        .csv()
        .ifPresent(
            file -> {
              String table = tables.get(tables.size() - 1).name();
              System.out.println(
                  file
                      + " is now in "
                      + LocalServices.NAMESPACE
                      + "."
                      + table
                      + " of both warehouses");
            });
    for (int turn = 0; !options.once(); turn++) {
      LocalTable table = tables.get(turn % TpchRows.tables().size());
      Thread.sleep(options.intervalMs());
      table.replaceBy(
          table.version() + 1,
          NextVersion.of(
              TpchRows.of(table.name(), options.scale()), table.version() + 1, table.keys()));
      System.out.println("Domo publishes version " + table.version() + " of " + table.name());
      services.publish(table);
      if (!round(progress, verification, List.of(table))) {
        return 1;
      }
    }
    return 0;
  }

  /** Waits until every table shows its current version, and says so line by line. */
  private boolean round(Progress progress, Verification verification, List<LocalTable> of)
      throws Exception {
    long deadline = System.nanoTime() + options.timeoutMs() * 1_000_000;
    verification.begin(of);
    while (!verification.isComplete() && System.nanoTime() < deadline) {
      broker.jvm().requireAlive();
      worker.jvm().requireAlive();
      for (String connector : List.of("domo", "bigquery", "redshift")) {
        worker.rest().requireNotFailed(connector);
      }
      progress.show();
      verification.look();
      Thread.sleep(1000);
    }
    progress.show();
    progress.keep();
    verification.report().forEach(System.out::println);
    if (!verification.isComplete()) {
      System.out.println(
          "not all tables arrived within " + options.timeoutMs() / 1000 + " s, see " + dir);
    }
    return verification.isComplete();
  }

  private <T extends AutoCloseable> T opened(T part) {
    synchronized (open) {
      open.push(part);
    }
    return part;
  }

  @Override
  public void close() {
    synchronized (open) {
      while (!open.isEmpty()) {
        try {
          open.pop().close();
        } catch (Exception e) {
          System.err.println("could not stop: " + e.getMessage());
        }
      }
      keepLogs();
      deleteRecursively(dir);
    }
  }

  /** The logs of the last run outlive it. */
  private void keepLogs() {
    for (Path log : List.of(dir.resolve("broker/broker.log"), dir.resolve("worker/worker.log"))) {
      try {
        if (Files.exists(log)) {
          Files.copy(log, logs().resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      } catch (IOException e) {
        System.err.println("could not keep " + log + ": " + e.getMessage());
      }
    }
  }

  private Path logs() {
    return options.target().toAbsolutePath().resolve("local");
  }

  private static void deleteRecursively(Path dir) {
    if (!Files.exists(dir)) {
      return;
    }
    try {
      Files.walkFileTree(
          dir,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException error)
                throws IOException {
              Files.delete(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      System.err.println("could not delete " + dir + ": " + e.getMessage());
    }
  }
}
