package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.domo.DomoException.Kind;
import io.writeback.metrics.TaskMetrics;
import io.writeback.standin.Await;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.TpchRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the tasks of a worker share: two clients with one client id are two tasks. */
class SharedLoadTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TaskMetrics metrics = TaskMetrics.none();
  private DomoStandIn domo;
  private DomoDataSet nation;

  @BeforeEach
  void start() {
    domo = DomoStandIn.start(Settings.defaults());
    nation = domo.add(DataSetSpec.of("nation", TpchRows.of("nation", 0.01)));
  }

  @AfterEach
  void stop() {
    domo.close();
  }

  @Test
  void aPauseThatDomoAsksOfOneHoldsForAll() {
    try (HttpDomoApi one = api(Map.of());
        HttpDomoApi other = api(Map.of("domo.request.timeout.ms", "5000"))) {
      other.dataset(nation.id());
      domo.faults().once(DomoRequest.on(Route.DATASET), DomoFault.tooManyRequests(60));
      assertThrows(DomoException.class, () -> one.dataset(nation.id()));
      long asked = domo.log().total();
      DomoException e = assertThrows(DomoException.class, () -> other.dataset(nation.id()));
      assertEquals(Kind.THROTTLED, e.kind());
      assertTrue(e.retryAfterMs() > 5000, "it comes back then: " + e.retryAfterMs());
      assertEquals(asked, domo.log().total(), "Domo is left alone");
    }
  }

  @Test
  void aShortPauseIsWaitedFor() {
    try (HttpDomoApi one = api(Map.of())) {
      one.dataset(nation.id());
      domo.faults().once(DomoRequest.on(Route.DATASET), DomoFault.tooManyRequests(1));
      assertThrows(DomoException.class, () -> one.dataset(nation.id()));
      long start = System.nanoTime();
      one.dataset(nation.id());
      assertTrue(System.nanoTime() - start >= 900_000_000L, "not before its time");
      assertTrue(metrics.counter("throttled-ms-total", "").value() >= 900);
      assertEquals(4, metrics.counter("requests-total", "").value(), "one of them for the token");
      assertEquals(1, metrics.counter("requests-failed-throttled-total", "").value());
    }
  }

  /** The strictest limit of all who take part. */
  @Test
  void theLimitOnRequestsIsSharedAndGoesWithWhoSetIt() {
    try (HttpDomoApi one = api(Map.of("domo.request.timeout.ms", "3000"))) {
      assertEquals(1, SharedLoad.known(domo.endpoint()));
      one.dataset(nation.id());
      HttpDomoApi strict = api(Map.of("domo.requests.per.minute", "1"));
      DomoException e =
          assertThrows(
              DomoException.class,
              () -> {
                for (int i = 0; i < 12; i++) {
                  one.dataset(nation.id());
                }
              });
      assertEquals(Kind.THROTTLED, e.kind());
      strict.close();
    }
    assertEquals(0, SharedLoad.known(domo.endpoint()), "nothing stays behind");
  }

  @Test
  void anotherClientIsAnotherLoad() {
    try (HttpDomoApi one = api(Map.of());
        HttpDomoApi other = api(Map.of("domo.client.id", "else"))) {
      domo.faults().once(DomoRequest.on(Route.TOKEN), DomoFault.tooManyRequests(60));
      assertThrows(DomoException.class, () -> one.dataset(nation.id()));
      DomoException e = assertThrows(DomoException.class, () -> other.dataset(nation.id()));
      assertEquals(Kind.CREDENTIALS, e.kind(), "it asked, and Domo does not know it");
    }
  }

  @Test
  void exportsWaitForAPlace() throws Exception {
    try (HttpDomoApi one = api(Map.of("domo.download.concurrency", "1"));
        HttpDomoApi other = api(Map.of())) {
      DomoApi.Export first = one.export(nation.id());
      CompletableFuture<Integer> second =
          CompletableFuture.supplyAsync(
              () -> {
                try (DomoApi.Export export = other.export(nation.id())) {
                  return export.body().readAllBytes().length;
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      other.dataset(nation.id());
      assertEquals(1, domo.log().requests(Route.EXPORT).size());
      first.close();
      assertTrue(second.get(60, TimeUnit.SECONDS) > 0);
      assertEquals(2, domo.log().requests(Route.EXPORT).size());
    }
  }

  @Test
  void aFailedExportGivesItsPlaceBack() throws Exception {
    try (HttpDomoApi one = api(Map.of("domo.download.concurrency", "1"))) {
      domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.page(503));
      assertThrows(DomoException.class, () -> one.export(nation.id()));
      for (int i = 0; i < 2; i++) {
        one.export(nation.id()).close();
      }
    }
  }

  /** What Domo tells one while another waits, the other hears of. */
  @Test
  void aPauseGrowsWhileItIsWaitedFor() {
    AtomicLong now = new AtomicLong();
    List<Long> waits = new ArrayList<>();
    AtomicReference<SharedLoad.Lease> other = new AtomicReference<>();
    SharedLoad.Time time =
        new SharedLoad.Time(
            now::get,
            (monitor, ms) -> {
              assertTrue(Thread.holdsLock(monitor));
              waits.add(ms);
              if (waits.size() == 1) {
                other.get().throttled(new RequestPace.Turn(0, 1), 3000);
              }
              // Woken early, too.
              now.addAndGet(Math.max(1, ms - 100));
            });
    try (SharedLoad.Lease one = lease(time);
        SharedLoad.Lease two = lease(time)) {
      other.set(two);
      two.throttled(new RequestPace.Turn(0, 0), 1000);
      one.awaitTurn("call", 60_000);
      assertEquals(3000, now.get(), 110);
      assertEquals(1000, waits.get(0));
      assertEquals(2100, waits.get(1));
      two.throttled(new RequestPace.Turn(0, 2), 70_000);
      assertThrows(DomoException.class, () -> one.awaitTurn("call", 60_000));
      assertEquals(3000, now.get(), 110, "it would be too long, so nobody waits at all");
    }
  }

  @Test
  void whoWaitsForItsTurnStopsAtOnceWhenItIsClosed() throws Exception {
    SharedLoad.Lease lease = lease(SharedLoad.Time.REAL);
    lease.throttled(new RequestPace.Turn(0, 0), 3_000_000);
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread waiting =
        new Thread(
            () ->
                end.set(
                    assertThrows(DomoException.class, () -> lease.awaitTurn("call", 4_000_000))));
    waiting.start();
    Await.until("waiting", LIMIT, () -> waiting.getState() == Thread.State.TIMED_WAITING);
    lease.close();
    waiting.join(LIMIT.toMillis());
    assertTrue(end.get() != null && end.get().getMessage().contains("stops"), "" + end.get());
  }

  /** A task that stops interrupts its fetch thread. */
  @Test
  void whoWaitsForAPlaceStopsAtOnce() throws Exception {
    try (HttpDomoApi one = api(Map.of("domo.download.concurrency", "1"));
        HttpDomoApi other = api(Map.of());
        DomoApi.Export first = one.export(nation.id())) {
      assertTrue(first.endIsProven());
      AtomicReference<Throwable> end = new AtomicReference<>();
      Thread waiting =
          new Thread(
              () -> end.set(assertThrows(DomoException.class, () -> other.export(nation.id()))));
      waiting.start();
      Await.until("waiting", LIMIT, () -> waiting.getState() == Thread.State.WAITING);
      waiting.interrupt();
      waiting.join(LIMIT.toMillis());
      assertTrue(end.get().getMessage().contains("stops"), "" + end.get());
    }
  }

  private SharedLoad.Lease lease(SharedLoad.Time time) {
    return SharedLoad.join(domo.endpoint(), "lease", new HttpSettings.Load(60_000, 2), time);
  }

  private HttpDomoApi api(Map<String, String> settings) {
    ApiSettings api = new ApiSettings(domo).counting(metrics);
    settings.forEach(api::with);
    return api.api();
  }
}
