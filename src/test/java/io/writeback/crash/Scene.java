package io.writeback.crash;

import io.writeback.standin.FaultPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * What faults do harm to, and what repairs it some time later. For one thread.
 *
 * @see FaultSchedule
 */
final class Scene {
  /** Members that run when nothing is wrong. */
  static final int MEMBERS = 2;

  private static final Duration ARMED = Duration.ofSeconds(12);

  /** A step that may fail. */
  interface Step {
    void run() throws Exception;
  }

  private record Repair(long atNanos, Step step) {}

  private final Cloud cloud;
  private final Cluster cluster;
  private final List<Dataset> datasets;
  private final Path spool;
  private final SplittableRandom random;
  private final PriorityQueue<Repair> repairs =
      new PriorityQueue<>(Comparator.comparingLong(Repair::atNanos));
  private final Set<Integer> frozen = new HashSet<>();
  private final Set<Integer> comingBack = new HashSet<>();
  private boolean brokerDown;
  private boolean lateAppend;
  private boolean healing;
  private int kills;
  private int processFaults;

  Scene(Cloud cloud, Cluster cluster, List<Dataset> datasets, Path spool, SplittableRandom random) {
    this.cloud = cloud;
    this.cluster = cluster;
    this.datasets = datasets;
    this.spool = spool;
    this.random = random;
  }

  Cloud cloud() {
    return cloud;
  }

  SplittableRandom random() {
    return random;
  }

  /** Between the two, both included. */
  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  Duration seconds(int least, int most) {
    return Duration.ofMillis(between(least * 1000, most * 1000));
  }

  boolean isHealing() {
    return healing;
  }

  /** Whether there was none. */
  boolean beginLateAppend() {
    boolean first = !lateAppend;
    lateAppend = true;
    return first;
  }

  void endLateAppend() {
    lateAppend = false;
  }

  /** Kills of workers. */
  int kills() {
    return kills;
  }

  /** Faults that took effect, those in the services included. */
  long faults() {
    return processFaults + cloud.fired();
  }

  void later(Duration after, Step step) {
    repairs.add(new Repair(System.nanoTime() + after.toNanos(), step));
  }

  /** Arms a fault for some calls; what has not met any is taken back after a while. */
  <R, A> void arm(FaultPlan<R, A> plan, java.util.function.Predicate<? super R> when, A action) {
    arm(plan, when, random.nextInt(3), 1, action);
  }

  <R, A> void arm(
      FaultPlan<R, A> plan,
      java.util.function.Predicate<? super R> when,
      int skip,
      int times,
      A action) {
    FaultPlan.Handle handle = plan.arm(when, skip, times, action);
    later(ARMED, handle::disarm);
  }

  /** Does what is due. */
  void repairWhatIsDue() throws Exception {
    while (!repairs.isEmpty() && repairs.peek().atNanos() <= System.nanoTime()) {
      repairs.poll().step().run();
    }
    startWhatEndedByItself();
  }

  /** Ends every fault, and has the members run that belong to a healthy group. */
  void healAll() throws Exception {
    healing = true;
    while (!repairs.isEmpty()) {
      repairs.poll().step().run();
    }
    cloud.heal();
    cluster.link().delay(0);
    for (int member : cluster.running()) {
      if (member >= MEMBERS) {
        cluster.worker(member).jvm().stop(Duration.ofSeconds(20));
      }
    }
    startWhatEndedByItself();
  }

  /** A crash of a worker: nothing is closed, committed or aborted. It comes back soon. */
  void killWorker() throws IOException {
    List<Integer> running = cluster.running();
    if (running.isEmpty()) {
      return;
    }
    kill(running.get(random.nextInt(running.size())));
  }

  /** Nobody is left for a moment. */
  void killAllWorkers() {
    for (int member : cluster.running()) {
      kill(member);
    }
  }

  private void kill(int member) {
    cluster.worker(member).jvm().kill();
    frozen.remove(member);
    kills++;
    processFaults++;
    if (member < MEMBERS && comingBack.add(member)) {
      later(
          seconds(0, 3),
          () -> {
            comingBack.remove(member);
            cluster.start(member);
          });
    }
  }

  /** A worker that could not start without a broker ends, and whatever runs it starts it again. */
  void startWhatEndedByItself() throws IOException {
    List<Integer> running = cluster.running();
    for (int member = 0; member < MEMBERS; member++) {
      if (!running.contains(member) && !comingBack.contains(member)) {
        cluster.start(member);
      }
    }
  }

  /** One worker more for a while, which then leaves in good order. */
  void addWorker() throws IOException {
    if (cluster.running().size() <= MEMBERS) {
      int member = cluster.running().contains(MEMBERS) ? MEMBERS + 1 : MEMBERS;
      cluster.start(member);
      processFaults++;
      later(
          seconds(15, 30),
          () -> {
            processFaults++;
            new Thread(() -> cluster.worker(member).jvm().stop(Duration.ofSeconds(20))).start();
          });
    }
  }

  /** A worker that stands still until the others have taken its work, and then goes on. */
  void freezeWorker() throws IOException {
    List<Integer> awake =
        cluster.running().stream().filter(member -> !frozen.contains(member)).toList();
    if (!frozen.isEmpty() || awake.isEmpty()) {
      return;
    }
    int member = awake.get(random.nextInt(awake.size()));
    var jvm = cluster.worker(member).jvm();
    jvm.freeze();
    frozen.add(member);
    processFaults++;
    later(
        seconds(8, 16),
        () -> {
          frozen.remove(member);
          jvm.thaw();
        });
  }

  /** The broker goes, by a crash or in good order, and comes back with its log. */
  void restartBroker() {
    if (brokerDown) {
      return;
    }
    brokerDown = true;
    processFaults++;
    if (random.nextBoolean()) {
      cluster.killBroker();
    } else {
      cluster.stopBroker();
    }
    later(
        seconds(0, 4),
        () -> {
          cluster.startBroker();
          brokerDown = false;
        });
  }

  void slowNetwork() {
    processFaults++;
    cluster.link().delay(between(10, 120));
    later(seconds(2, 8), () -> cluster.link().delay(0));
  }

  void cutNetwork() {
    processFaults++;
    cluster.link().cut();
  }

  /** The disk with the downloads is gone. */
  void loseSpools() throws IOException {
    if (!Files.isDirectory(spool)) {
      return;
    }
    processFaults++;
    try (Stream<Path> files = Files.list(spool)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * A version more of a DataSet in Domo whose versions may be passed over. A send to Kafka might
   * wait here for a broker that only this thread starts again.
   */
  void publish() {
    List<Dataset> may =
        datasets.stream()
            .filter(DomoDataset.class::isInstance)
            .filter(d -> !d.everyVersionCounts())
            .toList();
    may.get(random.nextInt(may.size())).publishNext(random.split());
  }

  /** Counts a fault of a kind that keeps no count of its own. */
  void counted() {
    processFaults++;
  }

  /** A random one. */
  <T> T pick(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** DataSets that are replaced while they are read. */
  List<DomoDataset> replaceable() {
    return datasets.stream()
        .filter(d -> d.mode() == Mode.OVERWRITE)
        .map(DomoDataset.class::cast)
        .toList();
  }
}
