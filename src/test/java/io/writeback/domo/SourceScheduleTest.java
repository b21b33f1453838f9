package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** {@code domo.schedule}: Domo and the task share a clock that only the test moves. */
class SourceScheduleTest extends SourceScenario {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private final AtomicReference<Instant> now = new AtomicReference<>();

  @Test
  void versionsGoOutAtTheTimesOfTheSchedule() throws Exception {
    time("2026-11-21T04:00:00Z");
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = scheduled(nation).start()) {
      assertEquals(Reason.FIRST, run.manifest(1).reason(), "what was never sent does not wait");
      time("2026-11-21T04:30:00Z");
      nation.publish(NATION_2, Action.REPLACE);
      time("2026-11-21T04:59:59Z");
      nothingMore(run, 1);
      time("2026-11-21T05:00:00Z");
      assertIs(run, run.manifest(2), NATION_2);
      time("2026-11-21T05:30:00Z");
      nation.publish(NATION, Action.REPLACE);
      time("2026-11-22T04:59:59Z");
      nothingMore(run, 2);
      time("2026-11-22T05:00:00Z");
      assertIs(run, run.manifest(3), NATION);
    }
  }

  @Test
  void aRestartMakesUpForAMissedRunAndForNothingElse() throws Exception {
    time("2026-11-21T04:00:00Z");
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = scheduled(nation).start()) {
      run.manifest(1);
      time("2026-11-21T07:00:00Z");
      nation.publish(NATION_2, Action.REPLACE);
      run.stop();
      time("2026-11-21T08:00:00Z");
      run.start();
      nothingMore(run, 1);
      run.stop();
      time("2026-11-22T08:00:00Z");
      run.start();
      assertIs(run, run.manifest(2), NATION_2);
    }
  }

  @Test
  void aRunThatFailedIsTriedAgainAndTakesWhatThereIsByThen() throws Exception {
    time("2026-11-21T04:00:00Z");
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = scheduled(nation).start()) {
      run.manifest(1);
      time("2026-11-21T04:30:00Z");
      nation.publish(NATION_2, Action.REPLACE);
      domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.page(503));
      time("2026-11-21T05:00:00Z");
      run.untilStatus("nation", "held");
      time("2026-11-21T05:20:00Z");
      nation.publish(text("later"), Action.REPLACE);
      assertIs(run, run.manifest(2), text("later"));
    }
  }

  /** B5: run now. */
  @Test
  void aResetOffsetIsSentAtOnce() throws Exception {
    time("2026-11-21T04:00:00Z");
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = scheduled(nation).start()) {
      run.manifest(1);
      run.stop();
      run.offsets().clear();
      time("2026-11-21T12:00:00Z");
      nation.publish(NATION_2, Action.REPLACE);
      run.start();
      assertIs(run, run.manifest(2), NATION_2);
    }
  }

  @Test
  void theGateKnowsItsTimes() {
    PollTimes times = new PollTimes(1, 1, Optional.of(CronExpression.parse("0 6 * * *")), BERLIN);
    assertEquals(ms("2026-11-22T05:00:00Z"), times.nextPollMs(ms("2026-11-21T05:00:00Z")));
    assertEquals(ms("2026-11-22T05:00:00Z"), times.nextDiscoveryMs(ms("2026-11-21T12:00:00Z")));
    PollTimes intervals = new PollTimes(10, 100, Optional.empty(), BERLIN);
    assertEquals(1010, intervals.nextPollMs(1000));
    assertEquals(1100, intervals.nextDiscoveryMs(1000));

    SourcePosition sent = new SourcePosition("c", "v1", 0L, "s1x0", 1, "h", Optional.empty());
    Instant noon = Instant.parse("2026-11-21T12:00:00Z");
    DatasetVersion before = new DatasetVersion("v2", Instant.parse("2026-11-21T05:00:00Z"));
    DatasetVersion after = new DatasetVersion("v2", Instant.parse("2026-11-21T05:00:01Z"));
    RunGate gate = new RunGate(times);
    assertTrue(gate.lets(before, sent, noon), "missed");
    assertFalse(gate.lets(after, sent, noon));
    assertTrue(gate.lets(new DatasetVersion("v2", null), sent, noon), "nobody knows how old it is");
    assertTrue(gate.lets(after, SourcePosition.NONE, noon));
    gate.open();
    assertTrue(gate.lets(after, sent, noon));
    gate.close();
    assertFalse(gate.lets(after, sent, noon));
    assertTrue(new RunGate(intervals).lets(after, sent, noon));
  }

  private SourceRun scheduled(DomoDataSet dataSet) {
    return run(dataSet)
        .at(now::get)
        .with("domo.schedule", "0 6 * * *")
        .with("domo.schedule.timezone", "Europe/Berlin")
        .with("domo.poll.interval.ms", "60000")
        .with("domo.read.timeout.ms", "60000");
  }

  private void time(String instant) {
    now.set(Instant.parse(instant));
    domo.clock().stopAt(now.get());
  }

  /** Long enough for the fetch thread to look at the clock twice. */
  private void nothingMore(SourceRun run, int manifests) throws Exception {
    long looks = FetchLoop.NAP_MS / 500;
    for (int i = 0; i < looks; i++) {
      run.round();
    }
    assertEquals(manifests, run.manifests().size());
  }

  private static long ms(String instant) {
    return Instant.parse(instant).toEpochMilli();
  }
}
