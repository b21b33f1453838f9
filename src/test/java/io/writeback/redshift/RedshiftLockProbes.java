package io.writeback.redshift;

import io.writeback.real.BrokenException;
import io.writeback.real.Leftovers;
import io.writeback.real.Together;
import io.writeback.retry.FaultException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** What positions and control rows in Redshift rest on. */
final class RedshiftLockProbes {
  private static final int ROUNDS = 3;

  /** Long enough for the other session to begin and to ask for the lock. */
  private static final long HELD_MS = 1_000;

  private static final long MEETING_S = 60;

  private RedshiftLockProbes() {}

  /** R1, R2: after a LOCK everything is seen that was committed before it was given. */
  static String lockThenRead(Map<String, String> services, Leftovers leftovers) throws Exception {
    RedshiftSite site = new RedshiftSite(services, leftovers);
    String table = site.table("v BIGINT");
    site.run("fill", "INSERT INTO " + table + " VALUES (0)");
    for (int round = 1; round <= ROUNDS; round++) {
      CountDownLatch locked = new CountDownLatch(1);
      AtomicBoolean leaving = new AtomicBoolean();
      CompletableFuture<Void> holder =
          CompletableFuture.runAsync(() -> hold(site, table, locked, leaving));
      boolean met = locked.await(MEETING_S, TimeUnit.SECONDS);
      if (!met) {
        holder.join();
      }
      AtomicBoolean waited = new AtomicBoolean();
      long read =
          site.sessions.transaction(
              "read after the lock",
              List.of(table),
              session -> {
                waited.set(leaving.get());
                return RedshiftSite.number(session, "SELECT v FROM " + table);
              });
      holder.join();
      BrokenException.unless(
          waited.get(), "LOCK did not wait for a transaction that holds the table");
      BrokenException.unless(
          read == round,
          "after LOCK, %d was read where %d had been committed before it was given",
          read,
          round);
    }
    return ROUNDS + " rounds, isolation " + site.isolation();
  }

  private static void hold(
      RedshiftSite site, String table, CountDownLatch locked, AtomicBoolean leaving) {
    site.sessions.transaction(
        "hold the lock",
        List.of(table),
        session -> {
          session.execute("UPDATE " + table + " SET v = v + 1");
          locked.countDown();
          pause();
          leaving.set(true);
          return null;
        });
  }

  private static void pause() {
    try {
      Thread.sleep(HELD_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** R1: of two that change one row from what both have read, one is refused and says why. */
  static String conflict(Map<String, String> services, Leftovers leftovers) throws Exception {
    RedshiftSite site = new RedshiftSite(services, leftovers);
    String table = site.table("v BIGINT");
    site.run("fill", "INSERT INTO " + table + " VALUES (0)");
    CyclicBarrier bothHaveRead = new CyclicBarrier(2);
    List<Callable<Optional<SQLException>>> changes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      changes.add(() -> change(site, table, bothHaveRead));
    }
    List<SQLException> refused = Together.run(changes).stream().flatMap(Optional::stream).toList();
    long value = site.number("SELECT v FROM " + table);
    BrokenException.unless(
        refused.size() == 1,
        "of two transactions that changed what both had read %d were refused, and the row is %d",
        refused.size(),
        value);
    BrokenException.unless(value == 1, "one change was committed, and the row is %d", value);
    return "isolation " + site.isolation() + ", " + known(site, refused.get(0));
  }

  /** Reads, then writes one more than what was read; empty if that was committed. */
  private static Optional<SQLException> change(
      RedshiftSite site, String table, CyclicBarrier bothHaveRead) {
    return site.sessions.load(
        "change a row",
        session -> {
          session.execute("BEGIN");
          try {
            long read = RedshiftSite.number(session, "SELECT v FROM " + table);
            meet(bothHaveRead);
            session.execute("UPDATE " + table + " SET v = " + (read + 1));
            session.execute("COMMIT");
            return Optional.empty();
          } catch (SQLException e) {
            Transaction.rollback(session, e);
            return Optional.of(e);
          }
        });
  }

  /** Two that wait for each other: one is told, in words that the sink knows. */
  static String deadlock(Map<String, String> services, Leftovers leftovers) throws Exception {
    RedshiftSite site = new RedshiftSite(services, leftovers);
    String one = site.table("v BIGINT");
    String two = site.table("v BIGINT");
    CyclicBarrier bothHold = new CyclicBarrier(2);
    List<SQLException> refused =
        Together.run(
                List.<Callable<Optional<SQLException>>>of(
                    () -> cross(site, one, two, bothHold), () -> cross(site, two, one, bothHold)))
            .stream()
            .flatMap(Optional::stream)
            .toList();
    BrokenException.unless(!refused.isEmpty(), "two locks that exclude each other were both given");
    return RedshiftFaults.isTimeout(refused.get(0))
        ? "none was detected, and the lock timeout ended it"
        : known(site, refused.get(0));
  }

  private static Optional<SQLException> cross(
      RedshiftSite site, String first, String second, CyclicBarrier bothHold) {
    return site.sessions.load(
        "take two locks",
        session -> {
          session.execute("BEGIN");
          try {
            session.execute("LOCK TABLE " + first);
            meet(bothHold);
            session.execute("LOCK TABLE " + second);
            session.execute("COMMIT");
            return Optional.empty();
          } catch (SQLException e) {
            Transaction.rollback(session, e);
            return Optional.of(e);
          }
        });
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(MEETING_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FaultException.retry("interrupted", e);
    } catch (Exception e) {
      throw FaultException.retry("the other session did not come so far", e);
    }
  }

  /** The failure in short, if the sink takes it for a conflict. */
  private static String known(RedshiftSite site, SQLException e) throws BrokenException {
    String words = site.faults.of("the loser is told", e).getMessage();
    BrokenException.unless(
        RedshiftFaults.isConflict(e), "the sink does not take this for a conflict: %s", words);
    return words;
  }
}
