package io.writeback.real;

import io.writeback.real.Finding.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/** Runs probes, one after the other, each with an end in time and with nothing left behind. */
final class ProbeRun {
  private static final Duration TO_STOP = Duration.ofSeconds(15);

  private final Map<String, String> services;
  private final UnaryOperator<String> hide;
  private volatile Leftovers current = new Leftovers();

  /**
   * A run.
   *
   * @param hide takes secrets out of a text
   */
  ProbeRun(Map<String, String> services, UnaryOperator<String> hide) {
    this.services = services;
    this.hide = hide;
  }

  Finding run(Probe probe) throws InterruptedException {
    List<String> missing =
        probe.needs().stream().filter(key -> services.getOrDefault(key, "").isBlank()).toList();
    if (!missing.isEmpty()) {
      return finding(probe, Verdict.SKIPPED, "needs " + String.join(", ", missing));
    }
    Leftovers leftovers = new Leftovers();
    current = leftovers;
    FutureTask<String> trial = new FutureTask<>(() -> probe.trial().run(services, leftovers));
    Thread thread = new Thread(trial, "probe-" + probe.name());
    thread.setDaemon(true);
    thread.start();
    Finding finding = outcome(probe, trial);
    thread.interrupt();
    thread.join(TO_STOP.toMillis());
    List<String> left = leftovers.clean();
    return left.isEmpty()
        ? finding
        : new Finding(
            finding.probe(),
            finding.verdict(),
            (finding.words() + "; left behind: " + String.join(", ", left)).strip());
  }

  /** Undoes what the probe that runs now has done; for the end of the process. */
  void abandon() {
    current.clean();
  }

  private Finding outcome(Probe probe, FutureTask<String> trial) throws InterruptedException {
    try {
      return finding(
          probe, Verdict.HOLDS, trial.get(probe.limit().toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return finding(
          probe, Verdict.UNCLEAR, "no answer within " + probe.limit().toSeconds() + " s");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      String words = String.valueOf(cause.getMessage());
      if (cause instanceof BrokenException) {
        return finding(probe, Verdict.BROKEN, words);
      }
      return cause instanceof SkippedException
          ? finding(probe, Verdict.SKIPPED, words)
          : finding(probe, Verdict.UNCLEAR, cause.getClass().getSimpleName() + ": " + words);
    }
  }

  private Finding finding(Probe probe, Verdict verdict, String words) {
    String line = words.replaceAll("\\s+", " ").strip();
    return new Finding(probe.name(), verdict, hide.apply(line));
  }
}
