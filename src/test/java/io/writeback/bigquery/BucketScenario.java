package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.writeback.retry.FaultException;
import io.writeback.standin.FaultPlan;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.gcs.GcsFault;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;

/** A partition as in {@link FailureScenario}, whose rows go through a bucket. */
abstract class BucketScenario extends FailureScenario {
  private static final int LARGE_NOTES = 14;

  final LoadBucket bucket;

  BucketScenario() {
    this(Clock.systemUTC());
  }

  /**
   * A scenario.
   *
   * @param clock by which objects are dated
   */
  BucketScenario(Clock clock) {
    super(Map.of());
    bucket = new LoadBucket(standIn, clock);
    config.putAll(bucket.config());
  }

  @AfterEach
  final void stopBucket() {
    bucket.close();
  }

  final FaultPlan.Handle storage(String call, GcsFault fault) {
    return bucket.service.faults().once(c -> c.is(call), fault);
  }

  final FaultPlan.Handle always(String call, GcsFault fault) {
    return bucket.service.faults().always(c -> c.is(call), fault);
  }

  /** The rows are in the bucket, and their job could not be submitted. */
  final void withoutItsJob(int from, int to) {
    rest("jobs.insert", "sourceUris", BigQueryFault.Refused.backend(503));
    assertThrows(FaultException.class, () -> once(from, to));
  }

  /** Notes that compression leaves too large for an upload in one request. */
  static String[] large() {
    byte[] noise = new byte[1 << 20];
    String[] notes = new String[LARGE_NOTES];
    Random random = new Random(5);
    for (int i = 0; i < notes.length; i++) {
      for (int b = 0; b < noise.length; b++) {
        noise[b] = (byte) (' ' + 1 + random.nextInt(90));
      }
      notes[i] = new String(noise, StandardCharsets.ISO_8859_1);
    }
    return notes;
  }

  final void commitLarge(FaultPlan.Handle fault) {
    String[] notes = large();
    rig.commit(rig.range(claim, 1, notes));
    assertEquals(1, fault.fired(), "the fault has happened");
    assertEquals(numbers(0, 1 + LARGE_NOTES), rig.ids());
    assertEquals(List.of(notes), rig.notes().subList(1, 1 + LARGE_NOTES));
    bucket.isEmpty();
  }
}
