package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static io.writeback.bigquery.BigQueryRig.TP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.Code;
import io.grpc.Status;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.Settings;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What may fail while rows are written, one test each: afterwards every row is there once. */
class BigQueryFailuresTest {
  private static final String EXACT = "storage_write";
  private static final String LOOSE = "storage_write, at least once";
  private static final String INSERT_ALL = "insert_all";
  private static final String LOAD_JOB = "load_job";

  /** A failure: what is done, given a partition of which offset 0 has landed already. */
  private record Failure(String method, String what, Consumer<Scene> test) {}

  /** A failure that passes: the next rows land once all the same. */
  private static Failure overcome(String method, String what, Consumer<Scene> fault) {
    return new Failure(
        method,
        what,
        s -> {
          fault.accept(s);
          s.commit(1, 4);
          s.expect(4);
        });
  }

  private static final List<Failure> FAILURES =
      List.of(
          new Failure(
              EXACT,
              "crash after the acknowledgement, before Kafka knows",
              s -> {
                s.commit(1, 4);
                s.next();
                s.commit(0, 6);
                s.expect(6);
              }),
          new Failure(
              EXACT,
              "crash before the acknowledgement",
              s -> {
                s.storageAlways("AppendRows", new StorageFault.LoseAnswer());
                assertThrows(FaultException.class, () -> s.once(1, 4));
                s.standIn.storageFaults().clear();
                s.next();
                s.commit(0, 6);
                s.expect(6);
              }),
          overcome(
              EXACT,
              "lost acknowledgement of an append",
              s -> s.storage("AppendRows", new StorageFault.LoseAnswer())),
          overcome(
              EXACT,
              "deadline of an append",
              s -> s.storage("AppendRows", refuse(Status.DEADLINE_EXCEEDED))),
          overcome(
              EXACT,
              "connection closed by the service",
              s -> s.storage("AppendRows", refuse(Status.ABORTED))),
          overcome(
              EXACT,
              "internal error within the stream",
              s -> s.storage("AppendRows", inStream(Code.INTERNAL))),
          overcome(
              EXACT,
              "quota of throughput",
              s -> s.storage("AppendRows", refuse(Status.RESOURCE_EXHAUSTED))),
          new Failure(
              EXACT,
              "quota of stream creation",
              s -> {
                s.next();
                s.storage("CreateWriteStream", refuse(Status.RESOURCE_EXHAUSTED));
                s.commit(0, 4);
                s.expect(4);
              }),
          new Failure(
              EXACT,
              "table that was just made looks forbidden",
              s -> {
                s.next();
                s.storage("CreateWriteStream", refuse(Status.PERMISSION_DENIED));
                FaultException masked = assertThrows(FaultException.class, () -> s.once(0, 4));
                assertEquals(Fault.CONFIGURATION, masked.fault());
                s.commit(0, 4);
                s.expect(4);
              }),
          new Failure(
              EXACT,
              "zombie after a rebalance",
              s -> {
                BigQueryRig zombie = s.rig;
                Claim old = s.claim;
                s.next();
                assertInstanceOf(Fenced.class, zombie.commit(zombie.range(old, 1, "z")));
                s.commit(0, 3);
                s.expect(3);
              }),
          new Failure(
              EXACT,
              "crash between making a stream and writing it down",
              s -> {
                s.next();
                s.rest("jobs.insert", "wb-stream-", new BigQueryFault.CutBefore(), 9);
                assertThrows(FaultException.class, () -> s.once(0, 3));
                s.standIn.faults().clear();
                s.next();
                s.commit(0, 3);
                s.expect(3);
              }),
          new Failure(
              EXACT,
              "stream that has expired",
              s -> {
                s.storage("FinalizeWriteStream", refuse(Status.NOT_FOUND));
                s.next();
                s.commit(0, 3);
                s.expect(3);
              }),
          new Failure(
              EXACT,
              "stream that expires while it is used",
              s -> {
                s.storage("AppendRows", refuse(Status.NOT_FOUND));
                s.commit(1, 3);
                s.expect(3);
              }),
          overcome(
              EXACT,
              "append called failed that has landed",
              s -> s.storage("AppendRows", new StorageFault.FailYetLand(status(Code.INTERNAL)))),
          new Failure(
              EXACT,
              "ledger that is gone",
              s -> {
                s.rig.queries.execute(SqlStatement.of("DROP TABLE sales.__wb_streams"));
                for (int attempt = 0; attempt < 2; attempt++) {
                  FaultException lost = assertThrows(FaultException.class, s::next);
                  assertEquals(Fault.CONFIGURATION, lost.fault());
                  assertTrue(lost.getMessage().contains("__wb_streams"), lost.getMessage());
                }
                // The operator decides where it goes on.
                assertTrue(new BigQuerySinkConnector().alterOffsets(s.config(), Map.of(TP, 1L)));
                s.next();
                assertEquals(OptionalLong.of(1), s.claim.position());
                s.commit(1, 3);
                s.expect(3);
              }),
          new Failure(
              EXACT,
              "rows below the mark that a user has deleted",
              s -> {
                s.rig.destination.release(s.claim);
                s.rig.queries.execute(SqlStatement.of("DELETE FROM sales.orders WHERE id = 0"));
                s.next();
                assertEquals(OptionalLong.of(1), s.claim.position());
                s.commit(1, 2);
                assertEquals(List.of("1"), s.rig.ids());
              }),
          new Failure(
              EXACT,
              "outage of the service",
              s -> {
                s.storageAlways("AppendRows", refuse(Status.UNAVAILABLE));
                for (int attempt = 0; attempt < 3; attempt++) {
                  FaultException out = assertThrows(FaultException.class, () -> s.once(1, 3));
                  assertEquals(Fault.RETRY, out.fault());
                }
                s.standIn.storageFaults().clear();
                s.commit(1, 3);
                s.expect(3);
              }),
          overcome(EXACT, "access token that expires in mid-run", s -> s.standIn.expireTokens()),
          overcome(
              LOOSE,
              "internal error within the stream",
              s -> s.storage("AppendRows", inStream(Code.INTERNAL))),
          overcome(
              LOOSE,
              "connection closed by the service",
              s -> s.storage("AppendRows", refuse(Status.UNAVAILABLE))),
          overcome(LOOSE, "access token that expires in mid-run", s -> s.standIn.expireTokens()),
          overcome(
              INSERT_ALL,
              "lost acknowledgement",
              s -> s.rest("tabledata.insertAll", "", new BigQueryFault.AnswerLost(), 1)),
          overcome(
              INSERT_ALL,
              "backendError 503",
              s -> s.rest("tabledata.insertAll", "", BigQueryFault.Refused.backend(503), 1)),
          overcome(
              INSERT_ALL,
              "rateLimitExceeded",
              s -> s.rest("tabledata.insertAll", "", BigQueryFault.Refused.rateLimit(), 1)),
          new Failure(
              INSERT_ALL,
              "request that is too large",
              s -> {
                s.standIn
                    .faults()
                    .always(
                        c -> c.is("tabledata.insertAll") && c.text().split("insertId").length > 3,
                        new BigQueryFault.Refused(413, "requestTooLarge", "Request too large"));
                s.commit(1, 9);
                s.expect(9);
              }),
          overcome(
              INSERT_ALL, "access token that expires in mid-run", s -> s.standIn.expireTokens()),
          new Failure(
              LOAD_JOB,
              "crash after the job, before Kafka knows",
              s -> {
                s.commit(1, 4);
                s.next();
                assertEquals(OptionalLong.of(4), s.claim.position());
                s.commit(4, 6);
                s.expect(6);
              }),
          overcome(
              LOAD_JOB,
              "lost acknowledgement of the upload",
              s -> s.rest("jobs.insert", "", new BigQueryFault.AnswerLost(), 1)),
          overcome(
              LOAD_JOB,
              "upload that is cut",
              s -> s.rest("jobs.insert", "", new BigQueryFault.CutBefore(), 1)),
          overcome(
              LOAD_JOB,
              "job that fails for no reason of its rows",
              s ->
                  s.rest(
                      "job.effect",
                      "",
                      new BigQueryFault.JobFails("backendError", "try again"),
                      1)),
          overcome(
              LOAD_JOB,
              "quota of loads",
              s -> s.rest("jobs.insert", "", BigQueryFault.Refused.quota(), 1)),
          new Failure(
              LOAD_JOB,
              "zombie after a rebalance",
              s -> {
                BigQueryRig zombie = s.rig;
                Claim old = s.claim;
                s.next();
                s.commit(1, 3);
                assertEquals(new CommitOutcome.Moved(3), zombie.commit(zombie.range(old, 1, "z")));
                s.expect(3);
              }),
          new Failure(
              LOAD_JOB,
              "outage of the service",
              s -> {
                s.rest("jobs.insert", "", BigQueryFault.Refused.backend(503), 3);
                s.commit(1, 4);
                s.standIn.faults().clear();
                s.expect(4);
              }),
          overcome(
              LOAD_JOB, "access token that expires in mid-run", s -> s.standIn.expireTokens()));

  @TestFactory
  Stream<DynamicTest> everyFailure() {
    return FAILURES.stream()
        .map(
            failure ->
                DynamicTest.dynamicTest(
                    failure.method() + ": " + failure.what(),
                    () -> {
                      try (Scene scene = new Scene(failure.method())) {
                        failure.test().accept(scene);
                      }
                    }));
  }

  private static StorageFault refuse(Status status) {
    return new StorageFault.Refuse(status);
  }

  private static StorageFault inStream(Code code) {
    return new StorageFault.RefuseInStream(status(code));
  }

  private static Status status(Code code) {
    return Status.fromCodeValue(code.getNumber());
  }

  /** A partition, its owner, and a service that fails. */
  private static final class Scene implements AutoCloseable {
    final BigQueryStandIn standIn =
        BigQueryStandIn.start(Settings.defaults().withRateLimits(false));
    private final String method;
    private final List<BigQueryRig> rigs = new ArrayList<>();
    BigQueryRig rig;
    Claim claim;

    Scene(String method) {
      this.method = method;
      standIn.createDataset(DATASET, "US");
      next();
      commit(0, 1);
    }

    Map<String, String> config() {
      Map<String, String> config = new HashMap<>();
      config.put("bigquery.write.method", method.split(",")[0]);
      config.put("bigquery.mark.interval.ms", "3600000");
      config.put("bigquery.visible.within.ms", "1500");
      if (method.equals(LOOSE) || method.equals(INSERT_ALL)) {
        config.put("delivery.guarantee", "at_least_once");
      }
      return BigQueryRig.config(standIn, config);
    }

    /** Another task takes the partition. */
    void next() {
      rig = new BigQueryRig(standIn, config());
      rigs.add(rig);
      claim = rig.claim();
    }

    void once(int from, int to) {
      assertEquals(
          new Committed(to),
          rig.destination.commit(List.of(rig.range(claim, from, notes(from, to)))).get(0));
    }

    void commit(int from, int to) {
      assertEquals(new Committed(to), rig.commit(rig.range(claim, from, notes(from, to))));
    }

    private static String[] notes(int from, int to) {
      return IntStream.range(from, to).mapToObj(i -> "n" + i).toArray(String[]::new);
    }

    void expect(int rows) {
      assertEquals(IntStream.range(0, rows).mapToObj(String::valueOf).toList(), rig.ids());
      assertEquals(List.of(notes(0, rows)), rig.notes());
    }

    void storage(String call, StorageFault fault) {
      standIn.storageFaults().once(c -> c.is(call), fault);
    }

    void storageAlways(String call, StorageFault fault) {
      standIn.storageFaults().always(c -> c.is(call), fault);
    }

    void rest(String call, String text, BigQueryFault fault, int times) {
      standIn.faults().arm(c -> c.is(call) && c.mentions(text), 0, times, fault);
    }

    @Override
    public void close() {
      rigs.forEach(BigQueryRig::close);
      standIn.close();
    }
  }
}
