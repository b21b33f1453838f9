package io.writeback.crash;

import io.writeback.local.SinkLag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** One run of the whole pipeline: start, harm, heal, settle, compare. */
final class CrashRun implements AutoCloseable {
  private static final Duration SETTLES_WITHIN = Duration.ofMinutes(5);

  /** After the last row has come, so long nothing more may come. */
  private static final Duration CALM = Duration.ofSeconds(8);

  private final CrashOptions options;
  private final Path dir;
  private final List<FaultKind> kinds;
  private final Sabotage sabotage;
  private final Predicate<Finding> enough;
  private final SplittableRandom random;
  private final List<Dataset> datasets = new ArrayList<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private Cloud cloud;
  private Cluster cluster;
  private Operator operator;
  private Optional<String> behind = Optional.empty();

  /**
   * A run with its files below a directory.
   *
   * @param kinds of faults that come
   */
  CrashRun(CrashOptions options, Path dir, List<FaultKind> kinds) {
    this(options, dir, kinds, Sabotage.NONE, finding -> false);
  }

  /**
   * A run of a broken archive.
   *
   * @param enough what proves that it is broken, so that nothing more need be waited for
   */
  CrashRun(
      CrashOptions options,
      Path dir,
      List<FaultKind> kinds,
      Sabotage sabotage,
      Predicate<Finding> enough) {
    this.options = options;
    this.dir = dir;
    this.kinds = kinds;
    this.sabotage = sabotage;
    this.enough = enough;
    this.random = new SplittableRandom(options.seed());
    for (Mode mode : options.modes()) {
      long seed = random.nextLong();
      switch (mode) {
        case APPEND -> {
          datasets.add(new GrowingDataset("events", seed, options.rows(60)));
          datasets.add(new VersionedDataset("batches", mode, seed, options.rows(600)));
        }
        case UPSERT -> {
          datasets.add(new ChangingDataset("customers", seed, options.rows(1500)));
          datasets.add(opened(new KeyedTopic("accounts", seed, options.rows(1500))));
        }
        case OVERWRITE ->
            datasets.add(new VersionedDataset("orders", mode, seed, options.rows(4000)));
        case CREATE -> datasets.add(new VersionedDataset("days", mode, seed, options.rows(600)));
      }
    }
  }

  /** Runs it to its end. */
  Report run() throws Exception {
    Connectors connectors = start();
    List<Table> tables = connectors.tables();
    operator = opened(new Operator(cluster, List.copyOf(connectors.all().keySet())));
    List<TornReads> readers = new ArrayList<>();
    for (Warehouse warehouse : Warehouse.values()) {
      readers.add(
          opened(
              new TornReads(
                  tables.stream().filter(t -> t.warehouse() == warehouse).toList(),
                  reader(warehouse))));
    }
    Scene scene = new Scene(cloud, cluster, datasets, connectors.spool(), random.split());
    SplittableRandom order = random.split();
    Publisher publisher =
        opened(new Publisher(datasets, cluster.bootstrapServers(), random.split()));
    new FaultSchedule(scene, kinds, order).run(options.time());
    scene.healAll();
    publisher.close();
    datasets.stream()
        .filter(KeyedTopic.class::isInstance)
        .forEach(dataset -> ((KeyedTopic) dataset).flush());
    System.out.printf(
        "crash  faults %d  kills %d  healed, waiting for every row%n",
        scene.faults(), scene.kills());
    List<Finding> findings = settle(scene, tables, readers, connectors.sunkTopics());
    return new Report(
        options.seed(),
        scene.faults(),
        scene.kills(),
        readers.stream().mapToLong(TornReads::reads).sum(),
        findings,
        behind,
        operator.failures());
  }

  private Connectors start() throws Exception {
    cluster = opened(new Cluster(options, dir, sabotage));
    cloud = opened(new Cloud(dir.resolve("cloud")));
    cluster.awaitBroker();
    for (Dataset dataset : datasets) {
      if (dataset instanceof KeyedTopic topic) {
        topic.create(cluster.bootstrapServers());
      } else if (dataset instanceof DomoDataset inDomo) {
        inDomo.create(cloud.domo);
      }
    }
    for (int member = 0; member < Scene.MEMBERS; member++) {
      cluster.start(member);
    }
    for (int member = 0; member < Scene.MEMBERS; member++) {
      cluster.awaitUp(member);
    }
    Connectors connectors = new Connectors(cloud, dir, datasets);
    Files.createDirectories(connectors.spool());
    for (Map.Entry<String, Map<String, String>> connector : connectors.all().entrySet()) {
      cluster.put(connector.getKey(), connector.getValue());
    }
    return connectors;
  }

  private WarehouseReader reader(Warehouse warehouse) throws Exception {
    return warehouse == Warehouse.BIGQUERY
        ? new BigQueryReader(cloud.bigQuery)
        : new RedshiftReader(cloud.redshift.adminUrl());
  }

  /**
   * Waits until all is right and no sink will read a record again, and then for a while that it
   * stays so.
   */
  private List<Finding> settle(
      Scene scene,
      List<Table> tables,
      List<TornReads> readers,
      Map<String, ? extends Collection<String>> topicsOf)
      throws Exception {
    SinkLag lag = new SinkLag(cluster.bootstrapServers());
    long deadline = System.nanoTime() + SETTLES_WITHIN.toNanos();
    long calmSince = Long.MAX_VALUE;
    long doubled = 0;
    long nextLine = System.nanoTime();
    while (true) {
      scene.startWhatEndedByItself();
      List<Finding> findings = compare(tables, readers);
      long now = System.nanoTime();
      // Rows too many do not go away: then it is over as well, if it does not get worse.
      behind =
          findings.stream().allMatch(f -> f.lost() == 0)
              ? lag.find(topicsOf)
              : Optional.of("rows are missing");
      boolean landed = behind.isEmpty();
      long tooMany = findings.stream().mapToLong(Finding::doubled).sum();
      calmSince = landed && tooMany == doubled ? Math.min(calmSince, now) : Long.MAX_VALUE;
      doubled = tooMany;
      if (now > deadline
          || (landed && now - calmSince > CALM.toNanos())
          || findings.stream().anyMatch(enough)) {
        return findings;
      }
      if (now > nextLine) {
        nextLine = now + Duration.ofSeconds(15).toNanos();
        findings.stream()
            .filter(f -> !f.isClean())
            .forEach(f -> System.out.println("crash  not yet  " + f));
        behind.ifPresent(words -> System.out.println("crash  not yet  " + words));
      }
      Thread.sleep(1000);
    }
  }

  private List<Finding> compare(List<Table> tables, List<TornReads> readers) throws Exception {
    List<Finding> findings = new ArrayList<>();
    for (Table table : tables) {
      List<String> torn = new ArrayList<>();
      readers.forEach(reader -> torn.addAll(reader.torn(table)));
      try (WarehouseReader reader = reader(table.warehouse())) {
        findings.add(Oracle.compare(table, reader, torn));
      }
    }
    return findings;
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  @Override
  public void close() throws IOException {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        System.err.println("could not stop: " + e.getMessage());
      }
    }
  }
}
