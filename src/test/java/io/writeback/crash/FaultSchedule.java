package io.writeback.crash;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/** One fault after the other: which, and after what pause, is a function of the seed. */
final class FaultSchedule {
  private static final int LONGEST_PAUSE_MS = 1600;

  private final Scene scene;
  private final SplittableRandom random;
  private final List<FaultKind> kinds;
  private final Map<FaultKind, Integer> injected = new EnumMap<>(FaultKind.class);

  /**
   * A schedule of these kinds, each as often as its weight says.
   *
   * @param random decides on the order; the details are the scene's
   */
  FaultSchedule(Scene scene, List<FaultKind> kinds, SplittableRandom random) {
    this.scene = scene;
    this.kinds = kinds;
    this.random = random;
  }

  /** Injects faults for so long; says on the way how many there were. */
  void run(Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    long nextLine = 0;
    while (System.nanoTime() < end) {
      long pauseEnd = System.nanoTime() + random.nextInt(LONGEST_PAUSE_MS) * 1_000_000L;
      next().inject(scene);
      do {
        scene.repairWhatIsDue();
        Thread.sleep(50);
      } while (System.nanoTime() < pauseEnd);
      if (System.nanoTime() > nextLine) {
        nextLine = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        System.out.printf(
            Locale.ROOT,
            "crash  faults %d  kills %d  %d s to go%n",
            scene.faults(),
            scene.kills(),
            Math.max(0, (end - System.nanoTime()) / 1_000_000_000));
      }
    }
  }

  private FaultKind next() {
    int dice = random.nextInt(kinds.stream().mapToInt(FaultKind::weight).sum());
    for (FaultKind kind : kinds) {
      dice -= kind.weight();
      if (dice < 0) {
        injected.merge(kind, 1, Integer::sum);
        return kind;
      }
    }
    throw new IllegalStateException("no kind of fault");
  }

  /** How often each kind was chosen. */
  Map<FaultKind, Integer> injected() {
    return injected;
  }
}
