package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.FaultPlan;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.gcs.GcsFault;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others have left in the bucket two days ago. */
class BucketSweepTest extends BucketScenario {
  private static final byte[] LEFT = {1, 2, 3};

  private String folder;
  private int next = 1;

  BucketSweepTest() {
    super(Clock.offset(Clock.systemUTC(), Duration.ofDays(-2)));
  }

  @BeforeEach
  void whereTheTaskWrites() {
    withoutItsJob(1, 2);
    String mine = bucket.names().iterator().next();
    folder = mine.substring(0, mine.indexOf("/wb-") + 1);
  }

  private String left(String name) {
    bucket.service.put(LoadBucket.NAME, folder + name, LEFT);
    return folder + name;
  }

  /** A task that has just begun commits a row. */
  private void land() {
    commit(next, next + 1);
    next++;
    expect(next);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kept", "denied", "unreadable"})
  void anObjectThatStaysHidesNoOther(String why) {
    String stays = left("wb-aaa/1.json.gz");
    left("wb-bbb/1.json.gz");
    switch (why) {
      case "unreadable" ->
          standIn
              .faults()
              .always(
                  call -> call.is("jobs.get") && call.jobId().equals("wb-aaa"),
                  new BigQueryFault.Refused(403, "accessDenied", "Access Denied: Job"));
      default ->
          bucket
              .service
              .faults()
              .always(
                  call -> call.is("objects.delete") && call.object().equals(stays),
                  why.equals("kept")
                      ? new GcsFault.Refused(403, "retentionPolicyNotMet", "kept")
                      : new GcsFault.Refused(403, "forbidden", "denied"));
    }
    next();
    land();
    assertEquals(Set.of(stays), bucket.names());
  }

  @Test
  void eachLoadLooksAtAFewUntilAllAreSeen() {
    for (int i = 100; i < 160; i++) {
      left("wb-a" + i + "/1.json.gz");
    }
    // The first ones stay, and must not hide those behind them.
    bucket
        .service
        .faults()
        .always(
            call -> call.is("objects.delete") && call.object().contains("/wb-a10"),
            new GcsFault.Refused(403, "retentionPolicyNotMet", "kept"));
    next();
    long looked = standIn.calls("jobs.get");
    land();
    assertTrue(standIn.calls("jobs.get") - looked < 40, "few were looked at");
    for (int i = 0; i < 3; i++) {
      land();
    }
    assertEquals(10, bucket.names().size(), bucket.names().toString());
    long listed = bucket.service.calls("objects.list");
    land();
    assertEquals(listed, bucket.service.calls("objects.list"), "all have been seen for now");
  }

  @Test
  void whatNoSinkHasWrittenStays() {
    Set<String> foreign = Set.of(left("readme.txt"), left("mine/1.json.gz"));
    next();
    land();
    assertEquals(foreign, bucket.names());
  }

  @Test
  void anOutageEndsTheSweepAndStopsNoRow() {
    String stays = left("wb-aaa/1.json.gz");
    FaultPlan.Handle out =
        bucket
            .service
            .faults()
            .always(call -> call.is("objects.list"), GcsFault.Refused.backend(503));
    next();
    land();
    assertTrue(out.fired() > 0);
    assertEquals(Set.of(stays), bucket.names());
  }
}
