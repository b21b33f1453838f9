package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.range;
import static io.writeback.redshift.Warehouse.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazon.redshift.Driver;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.standin.Await;
import io.writeback.standin.SilentProxy;
import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import io.writeback.standin.s3.S3Fault;
import io.writeback.standin.s3.S3Operation;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Connections that die, fall silent, or are too many; work that waits for other work. */
class ConnectionsTest extends WarehouseScenario {
  private static final int LIMIT_S = 60;

  private static ConnectionSettings settings() {
    return new RedshiftSinkConfig(warehouse.config("connections")).connection();
  }

  private static Sessions sessions(long trustMs) {
    return new Sessions(settings(), new RedshiftFaults(new Secrets()), Optional.empty(), trustMs);
  }

  private static int pid(Sessions sessions) {
    return sessions.call("see who answers", Session::pid);
  }

  private static CompletableFuture<List<CommitOutcome>> committing(
      Destination d, PendingRange... ranges) {
    return CompletableFuture.supplyAsync(() -> d.commit(List.of(ranges)));
  }

  /** A NAT has forgotten the connection during a COPY: nobody closes anything, nothing arrives. */
  @Test
  void aServerThatFallsSilentDuringCopyIsGivenUpAndTheRangeLandsOnce() throws Exception {
    try (SilentProxy proxy = new SilentProxy(warehouse.redshift.port())) {
      Destination far =
          warehouse.destination(
              "silent",
              "redshift.port",
              String.valueOf(proxy.port()),
              "redshift.connect.timeout.ms",
              "10000",
              "redshift.lock.timeout.ms",
              "10000",
              "redshift.statement.timeout.ms",
              "10000");
      Claim claim = claim(far, "silent");
      PendingRange range = range(far, claim, table("silent"), 0, 4);
      CountDownLatch never = new CountDownLatch(1);
      var hang =
          warehouse.redshift.faults().once(RedshiftCall.copy(), new RedshiftFault.Hang(never));
      CompletableFuture<List<CommitOutcome>> running = committing(far, range);
      Await.until("the COPY", () -> hang.fired() == 1);
      proxy.silence();
      ExecutionException e =
          assertThrows(ExecutionException.class, () -> running.get(LIMIT_S, TimeUnit.SECONDS));
      assertEquals(
          Fault.RETRY, assertInstanceOf(FaultException.class, e.getCause()).fault(), e.toString());
      never.countDown();
    }
    Destination near = warehouse.destination("silent");
    Claim next = claim(near, "silent");
    assertEquals(
        List.of(new Committed(3)), near.commit(List.of(range(near, next, table("silent"), 0, 3))));
    assertEquals("3|3", warehouse.counts("silent"));
  }

  /** Systems send the first keepalive after two hours, NATs forget after minutes. */
  @Test
  void connectionsShowASignOfLifeEachMinute() throws Exception {
    assertEquals(
        KeptAliveSocketFactory.class.getName(),
        settings().properties(Optional.empty()).getProperty("socketFactory"));
    try (ServerSocket server = new ServerSocket(0);
        Socket socket =
            new KeptAliveSocketFactory().createSocket("localhost", server.getLocalPort())) {
      assertTrue(socket.getKeepAlive());
      Map<String, Object> options = new HashMap<>();
      for (SocketOption<?> option : socket.supportedOptions()) {
        options.put(option.name(), socket.getOption(option));
      }
      assertEquals(60, options.getOrDefault("TCP_KEEPIDLE", 60));
      assertEquals(15, options.getOrDefault("TCP_KEEPINTERVAL", 15));
      assertEquals(4, options.getOrDefault("TCP_KEEPCOUNT", 4));
    }
  }

  @Test
  void aSessionThatDiedWhileIdleIsReplacedBeforeItIsUsed() {
    try (Sessions sessions = sessions(0)) {
      warehouse
          .redshift
          .faults()
          .once(RedshiftCall.statement("'the last'"), new RedshiftFault.DropWhenIdle());
      int first =
          sessions.call(
              "be cut off afterwards",
              session -> {
                session.execute("SELECT 'the last'");
                return session.pid();
              });
      assertNotEquals(first, pid(sessions));
    }
  }

  @Test
  void aConnectionThatCannotBeSetUpIsClosed() throws Exception {
    Connection connection =
        new Driver().connect(settings().url(), settings().properties(Optional.empty()));
    warehouse
        .redshift
        .faults()
        .once(RedshiftCall.statement("^SET TIME ZONE"), RedshiftFault.diskFull());
    assertThrows(SQLException.class, () -> Session.on(connection));
    assertTrue(connection.isClosed());
  }

  /** A commit that outlives its task, because it could not be interrupted. */
  @Test
  void nobodyConnectsOnceAllIsClosed() {
    Sessions sessions = sessions(0);
    pid(sessions);
    sessions.close();
    FaultException e = assertThrows(FaultException.class, () -> pid(sessions));
    assertTrue(e.getMessage().endsWith("are closed"), e.getMessage());
  }

  /** A rebalance brings a partition to a task that has a long COPY of the same topic under way. */
  @Test
  void aClaimLeavesTheCommitOfItsOwnTaskAlone() throws Exception {
    Destination d = warehouse.destination("ownlock", "redshift.lock.timeout.ms", "5000");
    Claim claim = claim(d, "ownlock", 0);
    PendingRange range = range(d, claim, table("ownlock"), 0, 3);
    d.commit(List.of(range));
    PendingRange next = range(d, claim, table("ownlock"), 3, 5);
    CountDownLatch released = new CountDownLatch(1);
    var hang =
        warehouse.redshift.faults().once(RedshiftCall.copy(), new RedshiftFault.Hang(released));
    CompletableFuture<List<CommitOutcome>> running = committing(d, next);
    Await.until("the COPY", () -> hang.fired() == 1);
    assertInstanceOf(
        LockHeldException.class, assertThrows(FaultException.class, () -> claim(d, "ownlock", 1)));
    assertFalse(running.isDone());
    released.countDown();
    assertEquals(List.of(new Committed(5)), running.get(LIMIT_S, TimeUnit.SECONDS));
    claim(d, "ownlock", 1);
  }

  /** One for the commits, one for what is cleaned up meanwhile. */
  @Test
  void tablesThatComeOneAfterTheOtherShareTwoSessions() {
    Destination d = warehouse.destination("thrifty");
    Set<Integer> sessions = ConcurrentHashMap.newKeySet();
    warehouse
        .redshift
        .faults()
        .always(
            call -> {
              sessions.add(call.session());
              return false;
            },
            new RedshiftFault.DropBefore());
    for (int i = 0; i < 8; i++) {
      Claim claim = claim(d, "thrifty" + i);
      d.commit(List.of(range(d, claim, table("thrifty" + i), 0, 2)));
    }
    sessions.remove(0);
    assertTrue(sessions.size() <= 2, sessions.size() + " sessions");
  }

  /** A listing of a bucket is long, and what upkeep does may have to wait for a lock. */
  @Test
  void noUploadWaitsBehindCleaningUp() throws Exception {
    Destination d = warehouse.destination("chores", "staging.upload.threads", "1");
    Claim first = claim(d, "chores");
    ((RedshiftBatch) range(d, first, table("chores"), 0, 2).batches().get(0)).stage();
    CountDownLatch released = new CountDownLatch(1);
    var hang =
        warehouse
            .redshift
            .faults()
            .once(RedshiftCall.statement("^SELECT table_name"), new RedshiftFault.Hang(released));
    Claim second = claim(d, "chores");
    try {
      Await.until("the search for orphans", () -> hang.fired() == 1);
      assertEquals(
          List.of(new Committed(3)),
          committing(d, range(d, second, table("chores"), 0, 3)).get(LIMIT_S, TimeUnit.SECONDS));
    } finally {
      released.countDown();
    }
  }

  @Test
  void theUploadsOfAllPartitionsBeginBeforeTheFirstIsWaitedFor() {
    Destination d = warehouse.destination("sidebyside");
    PendingRange first = range(d, claim(d, "sidebyside", 0), table("sidebyside"), 0, 2);
    PendingRange second = range(d, claim(d, "sidebyside", 1), table("sidebyside"), 0, 2);
    warehouse
        .s3
        .faults()
        .always(
            r -> r.is(S3Operation.PUT_OBJECT) && r.key().contains("/sidebyside/0/"),
            S3Fault.accessDenied());
    assertThrows(FaultException.class, () -> d.commit(List.of(first, second)));
    String prefix = "writeback/sidebyside/sidebyside/1/";
    Await.until(
        "the object of the other partition",
        () -> warehouse.s3.view().keys("writeback", prefix).size() == 1);
    warehouse.s3.faults().clear();
    assertEquals(List.of(new Committed(2), new Committed(2)), d.commit(List.of(first, second)));
  }
}
