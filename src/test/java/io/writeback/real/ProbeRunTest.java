package io.writeback.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Whatever becomes of a probe, it ends, it is told, and nothing stays behind. */
class ProbeRunTest {
  private final ConcurrentLinkedQueue<String> undone = new ConcurrentLinkedQueue<>();
  private final ProbeRun run =
      new ProbeRun(Map.of("here", "yes", "empty", " "), text -> text.replace("s3cret", "[hidden]"));

  private String line(Probe.Trial trial) throws InterruptedException {
    return run.run(Probe.of("a.probe", List.of("here"), trial)).line();
  }

  @Test
  void eachOutcomeHasItsWordAndNoSecret() throws Exception {
    assertEquals("probe  a.probe  holds  1 row", line((s, l) -> "1\n row"));
    assertEquals("probe  a.probe  holds", line((s, l) -> ""));
    assertEquals(
        "probe  a.probe  BROKEN  2 rows of [hidden]",
        line(
            (s, l) -> {
              BrokenException.unless(false, "%d rows of %s", 2, "s3cret");
              return "";
            }));
    assertEquals(
        "probe  a.probe  skipped  nothing there",
        line(
            (s, l) -> {
              throw new SkippedException("nothing there");
            }));
    assertEquals(
        "probe  a.probe  UNCLEAR  IllegalStateException: no [hidden]",
        line(
            (s, l) -> {
              throw new IllegalStateException("no s3cret");
            }));
  }

  @Test
  void whatIsMissingOrBlankIsNamed() throws Exception {
    Probe probe = Probe.of("a.probe", List.of("here", "there", "empty"), (s, l) -> "asked");
    assertEquals("probe  a.probe  skipped  needs there, empty", run.run(probe).line());
  }

  @Test
  void everythingIsUndoneInReverseOrderAndWhatCannotBeIsTold() throws Exception {
    String line =
        line(
            (services, leftovers) -> {
              leftovers.add("client", () -> undone.add("client"));
              leftovers.add("table t", () -> undone.add("table"));
              leftovers.add(
                  "object o",
                  () -> {
                    throw new IllegalStateException("no right to");
                  });
              throw new BrokenException("no");
            });
    assertEquals("probe  a.probe  BROKEN  no; left behind: object o", line);
    assertEquals(List.of("table", "client"), List.copyOf(undone));
  }

  @Test
  void aProbeWithoutAnswerIsGivenUpAndWhatItMakesAfterwardsIsUndone() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Probe probe =
        new Probe(
            "a.probe",
            List.of(),
            Duration.ofMillis(50),
            (services, leftovers) -> {
              leftovers.add("early", () -> undone.add("early"));
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                leftovers.add("late", () -> undone.add("late"));
                interrupted.countDown();
              }
              return "too late";
            });
    String line = run.run(probe).line();
    assertTrue(line.startsWith("probe  a.probe  UNCLEAR  no answer within"), line);
    interrupted.await();
    Await.until("both", () -> undone.size() == 2);
  }

  /** As at the end of the process, while the probe still waits. */
  @Test
  void anInterruptedRunUndoesWhatTheProbeHasDoneSoFar() throws Exception {
    CountDownLatch made = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    var threads = Executors.newSingleThreadExecutor();
    try {
      Future<String> line =
          threads.submit(
              () ->
                  line(
                      (services, leftovers) -> {
                        leftovers.add("table", () -> undone.add("table"));
                        made.countDown();
                        end.await();
                        return "";
                      }));
      made.await();
      run.abandon();
      assertEquals(List.of("table"), List.copyOf(undone));
      end.countDown();
      assertEquals("probe  a.probe  holds", line.get());
      assertEquals(List.of("table"), List.copyOf(undone));
    } finally {
      threads.shutdownNow();
    }
  }
}
