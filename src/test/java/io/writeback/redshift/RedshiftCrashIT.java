package io.writeback.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.FaultException;
import io.writeback.sink.Destination;
import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import io.writeback.standin.s3.S3Fault;
import io.writeback.standin.s3.S3Operation;
import io.writeback.standin.s3.S3Request;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every crash point, one by one: the process dies before, or after, its n-th statement with an
 * effect, or its n-th request that changes the bucket. Nothing that it does after that reaches
 * anybody. Another process takes over and finishes; then the table holds what the input says. What
 * a crash after one effect leaves is also what a crash before the next one leaves, so both kinds
 * are run once, and the later one alone for the rest.
 */
class RedshiftCrashIT extends WarehouseScenario {
  /** Each so many points are tried; {@code -Dcrash.every=1} tries them all. */
  private static final int EVERY = Integer.getInteger("crash.every", 14);

  /** There are fewer of them. */
  private static final int EVERY_REQUEST = (EVERY + 1) / 2;

  private static final Predicate<RedshiftCall> EFFECT =
      RedshiftCall.statement(
          "^\\s*(begin|lock|create|alter|drop|insert|update|delete|copy|commit)");
  private static final Set<S3Operation> CHANGES =
      Set.of(S3Operation.PUT_OBJECT, S3Operation.DELETE_OBJECTS, S3Operation.DELETE_OBJECT);

  @ParameterizedTest
  @CsvSource({
    "APPEND, true",
    "APPEND, false",
    "UPSERT, false",
    "SOFT, false",
    "REPLACE, false",
    "SWAP, false",
    "CREATE, false"
  })
  void theTableHoldsTheInputWhereverAStatementCrashes(
      CrashJob.Mode mode, boolean before, TestReporter reporter) {
    int points = 0;
    for (boolean crashed = true; crashed; points += EVERY) {
      CrashJob job = new CrashJob(warehouse, mode, "q" + (before ? "b" : "a") + points);
      AtomicInteger seen = new AtomicInteger();
      int at = points;
      var here =
          warehouse
              .redshift
              .faults()
              .always(
                  call -> EFFECT.test(call) && seen.getAndIncrement() == at,
                  before ? new RedshiftFault.DropBefore() : new RedshiftFault.DropAfter());
      var dead =
          warehouse
              .redshift
              .faults()
              .always(call -> seen.get() > at, new RedshiftFault.DropBefore());
      var deadToo =
          warehouse.s3.faults().always(r -> changes(r) && seen.get() > at, S3Fault.accessDenied());
      run(job);
      crashed = here.fired() > 0;
      here.disarm();
      dead.disarm();
      deadToo.disarm();
      recover(job, "statement " + at);
    }
    reporter.publishEntry("statements crashed at, " + mode, String.valueOf(points / EVERY - 1));
    assertTrue(points > 15, "crashed at " + points + " statements only");
  }

  @ParameterizedTest
  @CsvSource({"APPEND, true", "APPEND, false", "UPSERT, false", "REPLACE, false", "CREATE, false"})
  void theTableHoldsTheInputWhereverARequestCrashes(
      CrashJob.Mode mode, boolean before, TestReporter reporter) {
    int points = 0;
    for (boolean crashed = true; crashed; points += EVERY_REQUEST) {
      CrashJob job = new CrashJob(warehouse, mode, "s" + (before ? "b" : "a") + points);
      AtomicInteger seen = new AtomicInteger();
      int at = points;
      var here =
          warehouse
              .s3
              .faults()
              .arm(
                  r -> changes(r) && seen.getAndIncrement() == at,
                  0,
                  1,
                  before ? S3Fault.accessDenied() : new S3Fault.LostAnswer());
      var dead =
          warehouse.s3.faults().always(r -> changes(r) && seen.get() > at, S3Fault.accessDenied());
      var deadToo =
          warehouse
              .redshift
              .faults()
              .always(call -> seen.get() > at, new RedshiftFault.DropBefore());
      run(job);
      crashed = here.fired() > 0;
      here.disarm();
      dead.disarm();
      deadToo.disarm();
      recover(job, "request " + at);
    }
    reporter.publishEntry(
        "requests crashed at, " + mode, String.valueOf(points / EVERY_REQUEST - 1));
    assertTrue(points > 3, "crashed at " + points + " requests only");
  }

  private static boolean changes(S3Request request) {
    return CHANGES.stream().anyMatch(request::is);
  }

  /** A process, until it is done or dead. */
  private static void run(CrashJob job) {
    try (Destination process = job.process()) {
      job.run(process);
    } catch (FaultException e) {
      // Dead.
    }
  }

  private static void recover(CrashJob job, String point) {
    try (Destination process = job.process()) {
      job.run(process);
    }
    assertEquals(job.expected(), job.shown(), job.mode() + " crashed at " + point);
  }
}
