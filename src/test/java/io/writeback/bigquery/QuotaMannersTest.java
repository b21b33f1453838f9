package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableSchema;
import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.PendingRange;
import io.writeback.sink.Target;
import io.writeback.standin.bigquery.BigQueryFault;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the sink treats a service that others use too: through the real clients. */
class QuotaMannersTest extends BigQueryScenario {
  /** So many that the share of one is a handful. */
  private static final Map<String, String> ONE_OF_MANY =
      Map.of("task.count", "200", "task.index", "0");

  private static FaultException refused(BigQueryRig rig, PendingRange range) {
    FaultException e =
        assertThrows(FaultException.class, () -> rig.destination.commit(List.of(range)));
    assertEquals(Fault.RETRY, e.fault());
    return e;
  }

  @Test
  void aTaskMakesItsShareOfStreamsAndNoMore() {
    BigQueryRig rig = rig(ONE_OF_MANY, "bigquery.write.method", "storage_write");
    Claim claim = rig.claim();
    FaultException refused = null;
    int made = 0;
    // Time gives another one now and then, but much later than a commit takes.
    while (refused == null && made < 40) {
      PendingRange range = rig.range(claim, made, new Target(DATASET, "t" + made), "x");
      try {
        rig.destination.commit(List.of(range));
        made++;
      } catch (FaultException e) {
        refused = e;
      }
    }
    assertTrue(made >= 10, "made " + made);
    assertNotNull(refused, "as many as it likes");
    assertEquals(Fault.RETRY, refused.fault());
    assertTrue(refused.getMessage().contains("write streams"), refused::getMessage);
    // What needs no new stream goes on.
    assertEquals(
        new Committed(made + 1),
        rig.commit(rig.range(claim, made, new Target(DATASET, "t0"), "y")));
  }

  @Test
  void aTaskLoadsItsShareIntoATableAndNoMore() {
    BigQueryRig rig = rig(ONE_OF_MANY, "bigquery.write.method", "load_job");
    Claim claim = rig.claim();
    assertEquals(new Committed(1), rig.commit(rig.range(claim, 0, "x")));
    FaultException e = refused(rig, rig.range(claim, 1, "y"));
    assertTrue(e.getMessage().contains("load jobs"), e::getMessage);
    assertEquals(
        new Committed(2), rig.commit(rig.range(claim, 1, new Target(DATASET, "other"), "y")));
  }

  @Test
  void changesOfATableKeepBelowTheirRate() {
    BigQueryRig rig = rig(Map.of());
    BigQueryRest rest = rest(new MetadataBudget(() -> Instant.EPOCH));
    Target target = new Target(DATASET, "changed");
    List<TableFieldSchema> columns = new ArrayList<>();
    columns.add(new TableFieldSchema().setName("a").setType("STRING"));
    rest.insertTable(target, schema(columns));
    for (int i = 0; i < 4; i++) {
      columns.add(new TableFieldSchema().setName("c" + i).setType("STRING"));
      rest.patchTable(target, schema(columns), null);
    }
    columns.add(new TableFieldSchema().setName("late").setType("STRING"));
    FaultException e =
        assertThrows(FaultException.class, () -> rest.patchTable(target, schema(columns), null));
    assertEquals(Fault.RETRY, e.fault());
    assertEquals(5, rig.tables.columns(target).orElseThrow().size());
  }

  private static Table schema(List<TableFieldSchema> columns) {
    return new Table().setSchema(new TableSchema().setFields(List.copyOf(columns)));
  }

  private BigQueryRest rest(MetadataBudget budget) {
    BigQuerySinkConfig config = new BigQuerySinkConfig(BigQueryRig.config(standIn, Map.of()));
    return new BigQueryRest(
        new BigQueryClients(config.bigQuery()).rest(), standIn.project(), budget);
  }

  /** All tasks of a connector start at one moment; each waits a while of its own, once. */
  @Test
  void aTaskWaitsBeforeItsFirstCall() {
    BigQueryRig rig = rig(Map.of());
    List<Long> callsAtWait = new ArrayList<>();
    StartJitter jitter =
        new StartJitter(
            40,
            new SplittableRandom(3),
            ms -> callsAtWait.add((long) standIn.calls("tables.insert")));
    SinkTables books = new SinkTables(DATASET, rig.tables, jitter);
    books.ensure();
    books.ensure();
    assertEquals(List.of(0L), callsAtWait);
    assertTrue(standIn.calls("tables.insert") > 0, "the books are made");
  }

  /** Each look at a job that runs comes after a wait, and the waits grow. */
  @Test
  void aJobThatRunsIsLookedAtLessAndLessOften() {
    CountDownLatch release = new CountDownLatch(1);
    standIn.faults().once(call -> call.is("job.start"), new BigQueryFault.JobHeld(release));
    List<Long> waits = new ArrayList<>();
    BigQueryJobs jobs =
        new BigQueryJobs(
            rest(new MetadataBudget(Clock.systemUTC())),
            standIn.project(),
            () -> "US",
            600_000,
            () -> Instant.EPOCH,
            ms -> {
              waits.add(ms);
              if (waits.size() == 9) {
                release.countDown();
              }
            });
    Job job = jobs.submitQuery("held", SqlStatement.of("SELECT 1 AS one"), Map.of());
    int before = (int) standIn.calls("jobs.get");
    assertTrue(BigQueryJobs.isDone(jobs.await(job)));
    assertEquals(waits.size(), standIn.calls("jobs.get") - before);
    for (int i = 0; i < waits.size(); i++) {
      long bound = Math.min(5_000, 100L << Math.min(i, 30));
      long wait = waits.get(i);
      assertTrue(wait >= bound / 2 && wait <= bound, "wait " + i + " was " + wait);
    }
  }

  /** Requests follow each other without waiting, up to the bytes that may be on their way. */
  @ParameterizedTest
  @EnumSource(names = {"STREAMS", "DEFAULT_STREAM"})
  void appendsAreOnTheirWayTogetherUpToALimit(Way way) {
    Watched watched = new Watched();
    Map<String, String> config =
        with(
            way.config(),
            "bigquery.append.bytes",
            "1024",
            "bigquery.append.in.flight.bytes",
            "4096");
    BigQueryRig rig = rig(config, watched::over, DyingProcess.never());
    Claim claim = rig.claim();
    assertEquals(new Committed(1200), rig.commit(rig.range(claim, 0, notes(0, 1200))));
    assertTrue(watched.requests > 10, "requests: " + watched.requests);
    assertTrue(watched.most > 1024, "at most on their way: " + watched.most);
    // The last one may go beyond by its own size.
    assertTrue(watched.most < 4096 + 2 * 1024, "at most on their way: " + watched.most);
  }

  /** Counts the bytes of rows whose answer has not come. */
  private static final class Watched {
    private int requests;
    private long most;

    WriteStreams over(WriteStreams inner) {
      return new WriteStreams() {
        @Override
        public String create(Target table) {
          return inner.create(table);
        }

        @Override
        public OptionalLong finish(String stream) {
          return inner.finish(stream);
        }

        @Override
        public Connection connect(String stream) {
          return watched(inner.connect(stream));
        }

        @Override
        public String defaultStream(Target table) {
          return inner.defaultStream(table);
        }

        @Override
        public void close() {
          inner.close();
        }
      };
    }

    private WriteStreams.Connection watched(WriteStreams.Connection inner) {
      Deque<Long> sent = new ArrayDeque<>();
      return new WriteStreams.Connection() {
        @Override
        public void send(AppendRowsRequest request) {
          requests++;
          sent.addLast((long) request.getProtoRows().getRows().getSerializedSize());
          most = Math.max(most, sent.stream().mapToLong(Long::longValue).sum());
          inner.send(request);
        }

        @Override
        public AppendRowsResponse answer() {
          AppendRowsResponse answer = inner.answer();
          sent.removeFirst();
          return answer;
        }

        @Override
        public void close() {
          inner.close();
        }
      };
    }
  }
}
