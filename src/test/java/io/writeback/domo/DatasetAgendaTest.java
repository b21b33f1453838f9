package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.domo.DatasetAgenda.Policy;
import io.writeback.domo.DatasetAgenda.Verdict;
import io.writeback.retry.Backoff;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DatasetAgendaTest {
  private static final long MINUTE = 60_000;
  private static final Policy POLICY =
      new Policy(new Guards(1, 0.5, true), 15 * MINUTE, 0, 3, new Backoff(1000, 8000));
  private static final SourcePosition V1 =
      new SourcePosition("cfg", "v1", 5L, "s1x0", 10, "c10-ab-cd", Optional.empty());

  @Test
  void theFirstANewAndAResentVersionAreDueForTheirReasons() {
    assertEquals(
        Optional.of(Occasion.FIRST), agenda(SourcePosition.NONE).due(v("v1"), "cfg", 0, 0));
    assertEquals(Optional.empty(), agenda(V1).due(v("v1"), "cfg", 0, 0));
    assertEquals(Optional.of(Occasion.VERSION), agenda(V1).due(v("v2"), "cfg", 0, 0));
    assertEquals(
        Optional.of(Occasion.RESEND),
        agenda(V1).due(v("v1"), "other", 0, 0),
        "B4: other settings make other records");
  }

  /** D4. */
  @Test
  void anUnchangedVersionIsSentAgainAfterTheRefreshInterval() {
    Policy refreshing = new Policy(POLICY.guards(), 0, 100, 3, POLICY.backoff());
    DatasetAgenda agenda = new DatasetAgenda(V1, refreshing, new Random(1));
    assertEquals(Optional.empty(), agenda.due(v("v1"), "cfg", 1000, 1099));
    assertEquals(Optional.of(Occasion.RESEND), agenda.due(v("v1"), "cfg", 1000, 1100));
  }

  @Test
  void aSnapshotThatDidNotEndIsDueAgainWhateverTheSettings() {
    SourcePosition unfinished = SourcePosition.of(V1.rowOffsets("cfg", "s2x0", "v1", "o1").at(3));
    assertEquals(Optional.of(Occasion.RESEND), agenda(unfinished).due(v("v1"), "cfg", 0, 0));
  }

  /** It waits whatever version there is by then, or it would be downloaded for ever. */
  @Test
  void aDataSetThatChangesDuringEachDownloadWaitsLongerAndBecomesUnstableOnce() {
    DatasetAgenda agenda = agenda(V1);
    assertFalse(agenda.changed("changed", 0));
    assertEquals(Optional.empty(), agenda.due(v("v3"), "cfg", 0, 499));
    assertEquals(Optional.of(Occasion.VERSION), agenda.due(v("v3"), "cfg", 0, 1000));
    assertFalse(agenda.changed("changed", 1000));
    assertTrue(agenda.changed("changed", 5000), "the third of three");
    assertEquals(DatasetState.HELD, agenda.state());
    assertTrue(agenda.reason().contains("3 downloads"), agenda.reason());
    assertEquals(Optional.empty(), agenda.due(v("v9"), "cfg", 0, 12_999));
    assertEquals(Optional.of(Occasion.VERSION), agenda.due(v("v9"), "cfg", 0, 13_000));
    assertFalse(agenda.changed("changed", 13_000), "told once");
    assertEquals(Verdict.EMIT, spooled(agenda, "v9", 10, "c10-xx-cd", 30_000));
    assertFalse(agenda.changed("changed", 40_000), "a download that held counts from the start");
  }

  @Test
  void dataThatLagsIsUnconfirmedUntilItShouldHaveCome() {
    DatasetAgenda agenda = agenda(V1);
    assertFalse(agenda.lagging("v2", "lags", 0));
    assertEquals(DatasetState.UNCONFIRMED, agenda.state());
    assertEquals(Optional.empty(), agenda.due(v("v2"), "cfg", 0, 499));
    assertEquals(Optional.of(Occasion.VERSION), agenda.due(v("v3"), "cfg", 0, 499), "another one");
    assertFalse(agenda.lagging("v2", "lags", 15 * MINUTE - 1));
    assertTrue(agenda.lagging("v2", "lags", 15 * MINUTE));
    assertEquals(DatasetState.HELD, agenda.state());
    assertFalse(agenda.lagging("v3", "lags", 16 * MINUTE), "its time begins anew");
  }

  /** A6: metadata moves first, so old content under a new token proves nothing yet. */
  @Test
  void aNewTokenWithOldContentIsLookedAtAgainAfterTwoFiveAndFifteenMinutes() {
    DatasetAgenda agenda = agenda(V1);
    long t0 = 1_000;
    assertEquals(Verdict.UNCONFIRMED, spooled(agenda, "v2", 10, "c10-ab-cd", t0));
    assertEquals(DatasetState.UNCONFIRMED, agenda.state());
    for (long minutes : List.of(2L, 5L)) {
      long then = t0 + minutes * MINUTE;
      assertEquals(then, agenda.nextAttemptMs());
      assertEquals(Optional.empty(), agenda.due(v("v2"), "cfg", 0, then - 1));
      assertEquals(Optional.of(Occasion.VERSION), agenda.due(v("v2"), "cfg", 0, then));
      assertEquals(Verdict.UNCONFIRMED, spooled(agenda, "v2", 10, "c10-ab-cd", then));
    }
    long end = t0 + 15 * MINUTE;
    assertEquals(Optional.of(Occasion.VERSION), agenda.due(v("v2"), "cfg", 0, end));
    assertEquals(Verdict.UNCHANGED, spooled(agenda, "v2", 10, "c10-ab-cd", end));
    assertEquals(Optional.empty(), agenda.due(v("v2"), "cfg", 0, end + 1), "settled");
    assertEquals(Optional.of(Occasion.VERSION), agenda.due(v("v3"), "cfg", 0, end + 1));
  }

  @Test
  void contentThatFollowsItsTokenIsSent() {
    DatasetAgenda agenda = agenda(V1);
    assertEquals(Verdict.UNCONFIRMED, spooled(agenda, "v2", 10, "c10-ab-cd", 0));
    assertEquals(Verdict.EMIT, spooled(agenda, "v2", 10, "c10-ff-cd", 2 * MINUTE));
  }

  /** Otherwise the old content would go out under the new token, and the new content never. */
  @Test
  void aResendDoesNotSkipTheWait() {
    DatasetAgenda agenda = agenda(V1);
    assertEquals(Optional.of(Occasion.RESEND), agenda.due(v("v2"), "other", 0, 0));
    assertEquals(
        Verdict.UNCONFIRMED, agenda.spooled(about("v2", 10, "c10-ab-cd"), Occasion.RESEND, 0));
    assertEquals(
        Verdict.EMIT, agenda.spooled(about("v2", 10, "c10-ab-cd"), Occasion.RESEND, 15 * MINUTE));
  }

  /** D6. */
  @Test
  void aSuspiciousVersionIsHeldUntilThereIsAnother() {
    DatasetAgenda agenda = agenda(V1);
    assertEquals(Verdict.HELD, spooled(agenda, "v2", 4, "c4-ab-cd", 0));
    assertTrue(agenda.reason().contains("snapshot.max.shrink.ratio"), agenda.reason());
    assertEquals(Optional.empty(), agenda.due(v("v2"), "cfg", 0, 15 * MINUTE - 1));
    assertEquals(
        Optional.of(Occasion.VERSION),
        agenda.due(v("v2"), "cfg", 0, 15 * MINUTE),
        "it may have been the end of the version before it");
    assertEquals(Verdict.HELD, spooled(agenda, "v2", 4, "c4-ab-cd", 15 * MINUTE));
    assertEquals(Optional.empty(), agenda.due(v("v2"), "cfg", 0, Long.MAX_VALUE - 1));
    assertEquals(Optional.of(Occasion.VERSION), agenda.due(v("v3"), "cfg", 0, 1));
    assertEquals(Verdict.HELD, spooled(agenda, "v3", 0, "c0-ab-cd", 1));
    assertTrue(agenda.reason().contains("snapshot.min.rows"), agenda.reason());
    assertEquals(Verdict.EMIT, spooled(agenda, "v4", 5, "c5-ab-cd", 1));
  }

  @Test
  void changedColumnsAreHeldIfTheyMustNotChange() {
    Policy strict = new Policy(new Guards(0, 1, false), 0, 0, 3, POLICY.backoff());
    DatasetAgenda agenda = new DatasetAgenda(V1, strict, new Random(1));
    assertEquals(Verdict.HELD, spooled(agenda, "v2", 10, "c10-ab-ee", 0));
    assertTrue(agenda.reason().contains("domo.schema.change"), agenda.reason());
    assertEquals(Verdict.EMIT, spooled(agenda, "v2", 10, "c10-ff-cd", 0));
  }

  @Test
  void aFailureWaitsWithBackoffButNotAnotherVersion() {
    DatasetAgenda agenda = agenda(V1);
    agenda.failed("v2", "broken", 0, 0);
    assertEquals(DatasetState.HELD, agenda.state());
    assertTrue(agenda.nextAttemptMs() >= 500 && agenda.nextAttemptMs() <= 1000);
    assertEquals(Optional.empty(), agenda.due(v("v2"), "cfg", 0, agenda.nextAttemptMs() - 1));
    assertEquals(Optional.of(Occasion.VERSION), agenda.due(v("v2"), "cfg", 0, 1000));
    agenda.failed("v2", "broken", 60_000, 0);
    assertEquals(60_000, agenda.nextAttemptMs(), "Retry-After counts");
    assertEquals(Optional.of(Occasion.VERSION), agenda.due(v("v3"), "cfg", 0, 1));
  }

  /** The real content of a version can follow one that was taken for it, with equal counts. */
  @Test
  void whatIsSentWhileDataMayLagIsLookedAtOnceMore() {
    DatasetAgenda agenda = agenda(V1);
    assertEquals(Verdict.EMIT, spooled(agenda, "v2", 10, "c10-ff-cd", 1));
    SourcePosition v2 = sent(agenda, "v2", "c10-ff-cd");
    assertEquals(15 * MINUTE, agenda.nextAttemptMs());
    assertEquals(Optional.empty(), agenda.due(v("v2"), "cfg", 0, 15 * MINUTE - 1));
    assertEquals(Optional.of(Occasion.RECHECK), agenda.due(v("v2"), "cfg", 0, 15 * MINUTE));
    assertEquals(Verdict.CONFIRMED, rechecked(agenda, "c10-ff-cd"));
    assertEquals(Optional.empty(), agenda.due(v("v2"), "cfg", 0, Long.MAX_VALUE - 1), "once");
    assertEquals(Long.MAX_VALUE, agenda.nextAttemptMs());

    DatasetAgenda restarted = agenda(SourcePosition.of(v2.manifestOffset()));
    assertEquals(
        Optional.of(Occasion.RECHECK),
        restarted.due(v("v2"), "cfg", 0, 60 * MINUTE),
        "nothing tells a restart that it was done");
    assertEquals(Verdict.EMIT, rechecked(restarted, "c10-ee-cd"));
    assertEquals(
        Optional.of(Occasion.RECHECK),
        restarted.due(v("v2"), "cfg", 0, 61 * MINUTE),
        "as long as the new content is not in Kafka");
  }

  @Test
  void whatIsReadAfterItsTimeIsNotLookedAtAgain() {
    DatasetAgenda agenda = agenda(V1);
    assertEquals(null, agenda.recheckMs(about("v2", "c10-ff-cd", 15 * MINUTE)));
    assertEquals(15 * MINUTE, agenda.recheckMs(about("v2", "c10-ff-cd", 15 * MINUTE - 1)));
    assertEquals(
        30 * MINUTE,
        agenda.recheckMs(
            new Spool.About(
                "id",
                "name",
                "cfg",
                new DatasetVersion("v2", Instant.ofEpochMilli(5)),
                10,
                "o1",
                "c10-ff-cd",
                List.of(),
                1,
                Instant.ofEpochMilli(15 * MINUTE),
                "me")),
        "its time is that of the version before it, so nobody knows its own");
    assertEquals(
        null,
        agenda.recheckMs(
            new Spool.About(
                "id",
                "name",
                "cfg",
                new DatasetVersion("v1", null),
                10,
                "o1",
                "c10-ab-cd",
                List.of(),
                1,
                Instant.ofEpochMilli(20),
                "me")),
        "sent again, and it was settled the first time");
  }

  @Test
  void anotherVersionMakesTheSecondLookNeedless() {
    DatasetAgenda agenda = agenda(V1);
    spooled(agenda, "v2", 10, "c10-ff-cd", 1);
    sent(agenda, "v2", "c10-ff-cd");
    assertEquals(Optional.of(Occasion.VERSION), agenda.due(v("v3"), "cfg", 0, 2));
    agenda.rest();
    assertEquals(Long.MAX_VALUE, agenda.nextAttemptMs());
  }

  /** A time that is over and that nothing moves on would make the fetch thread ask for ever. */
  @Test
  void noTimeThatIsOverKeepsCallingForLooks() {
    DatasetAgenda agenda = agenda(V1);
    assertEquals(Verdict.UNCONFIRMED, spooled(agenda, "v2", 10, "c10-ab-cd", 0));
    agenda.failed("v2", "broken", 0, 2 * MINUTE);
    assertTrue(agenda.nextAttemptMs() > 2 * MINUTE, "the look waits like any other attempt");
    assertEquals(Optional.of(Occasion.VERSION), agenda.due(v("v2"), "cfg", 0, 3 * MINUTE));

    DatasetAgenda gone = agenda(V1);
    spooled(gone, "v2", 10, "c10-ff-cd", 1);
    sent(gone, "v2", "c10-ff-cd");
    gone.absent(15 * MINUTE);
    gone.rest();
    assertEquals(Long.MAX_VALUE, gone.nextAttemptMs());
    gone.present();
    assertEquals(15 * MINUTE, gone.nextAttemptMs(), "it is there again");
  }

  private static SourcePosition sent(DatasetAgenda agenda, String token, String content) {
    Long recheck = agenda.recheckMs(about(token, content, 1));
    SourcePosition position =
        new SourcePosition(
            "cfg",
            token,
            0L,
            "s2x0",
            10,
            content,
            Optional.empty(),
            Optional.empty(),
            null,
            recheck);
    agenda.completed(position);
    return position;
  }

  private static Verdict rechecked(DatasetAgenda agenda, String content) {
    return agenda.spooled(about("v2", 10, content), Occasion.RECHECK, 60 * MINUTE);
  }

  private static DatasetAgenda agenda(SourcePosition position) {
    return new DatasetAgenda(position, POLICY, new Random(1));
  }

  private static Verdict spooled(
      DatasetAgenda agenda, String token, long rows, String content, long now) {
    return agenda.spooled(about(token, rows, content), Occasion.VERSION, now);
  }

  private static Spool.About about(String token, String content, long startedMs) {
    Spool.About about = about(token, 10, content);
    return new Spool.About(
        "id",
        "name",
        "cfg",
        about.version(),
        10,
        "o1",
        content,
        List.of(),
        1,
        Instant.ofEpochMilli(startedMs),
        "me");
  }

  private static Spool.About about(String token, long rows, String content) {
    return new Spool.About(
        "id", "name", "cfg", v(token), rows, "o1", content, List.of(), 1, Instant.EPOCH, "me");
  }

  private static DatasetVersion v(String token) {
    return new DatasetVersion(token, Instant.EPOCH);
  }
}
