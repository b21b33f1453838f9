package io.writeback.standin.redshift;

import io.writeback.standin.FaultPlan;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Carries out the statements of one session, with the faults that are armed for them. */
final class Executor {
  private final ClientPort client;
  private final BackendLink link;
  private final Cluster cluster;
  private final String user;
  private final Interruption interruption;
  private final Set<String> written = new HashSet<>();
  private boolean dropWhenIdle;

  Executor(ClientPort client, BackendLink link, Cluster cluster, String user) {
    this.client = client;
    this.link = link;
    this.cluster = cluster;
    this.user = user;
    this.interruption = new Interruption(link);
  }

  Interruption interruption() {
    return interruption;
  }

  /**
   * Executes a statement and answers it, short of ReadyForQuery.
   *
   * @throws SqlFailure if it fails by the proxy's doing
   */
  void execute(Plan plan, Protocol protocol) throws IOException {
    FaultPlan<RedshiftCall, RedshiftFault> faults = cluster.faults();
    Optional<RedshiftFault> armed =
        faults.next(
            new RedshiftCall(RedshiftCall.Kind.STATEMENT, link.pid(), user, plan.original()));
    RedshiftFault fault = armed.orElse(null);
    if (plan.kind() != Plan.Kind.COPY) {
      before(fault, protocol);
    }
    if (fault instanceof RedshiftFault.DropAfter) {
      client.mute();
    }
    carryOut(plan, protocol, fault);
    if (fault instanceof RedshiftFault.DropAfter) {
      protocol.settle();
      throw client.reset("the answer is lost on purpose");
    }
    dropWhenIdle |= fault instanceof RedshiftFault.DropWhenIdle;
    if (link.status() == 'I') {
      written.clear();
    }
  }

  /** Called when the client has its answer. */
  void idle() throws IOException {
    if (dropWhenIdle) {
      throw client.reset("the idle connection is dropped on purpose");
    }
  }

  /** The part of a fault that comes before the statement, or in the middle of a COPY. */
  void before(RedshiftFault fault, Protocol protocol) throws IOException {
    if (fault instanceof RedshiftFault.Raise raise) {
      throw new SqlFailure(raise.sqlState(), raise.message(), raise.detail());
    } else if (fault instanceof RedshiftFault.DropBefore) {
      throw client.reset("the connection is dropped on purpose");
    } else if (fault instanceof RedshiftFault.Kill) {
      kill();
    } else if (fault instanceof RedshiftFault.Slow slow) {
      pause(slow);
    } else if (fault instanceof RedshiftFault.Hang hang) {
      hang(hang, protocol);
    }
  }

  private void hang(RedshiftFault.Hang hang, Protocol protocol) throws IOException {
    if (interruption.active()) {
      // In the middle of a COPY, when PostgreSQL takes nothing but rows.
      interruption.await(hang.released());
      return;
    }
    interruption.begin(timeoutMs(protocol));
    try {
      interruption.await(hang.released());
    } finally {
      interruption.end();
    }
  }

  private static void pause(RedshiftFault.Slow slow) throws IOException {
    try {
      boolean never = new CountDownLatch(1).await(slow.delay().toMillis(), TimeUnit.MILLISECONDS);
      if (never) {
        throw new IllegalStateException("a latch that nobody knows was released");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SessionEnded("the stand-in is being closed");
    }
  }

  private void kill() throws IOException {
    try {
      cluster.database().administer("SELECT pg_terminate_backend(?)", link.pid());
    } catch (SQLException e) {
      throw new IOException("the session cannot be terminated", e);
    }
    interruption.begin(TimeUnit.SECONDS.toMillis(10));
    interruption.await(new CountDownLatch(1));
    interruption.end();
  }

  /** The statement timeout in force; 0 for none. Reading it takes no snapshot. */
  long timeoutMs(Protocol protocol) throws IOException {
    String text = protocol.inner("SHOW statement_timeout").get(0).get(0);
    String digits = text.replaceAll("\\D", "");
    long unit =
        switch (text.replaceAll("\\d", "")) {
          case "s" -> 1_000;
          case "min" -> 60_000;
          case "h" -> 3_600_000;
          case "d" -> 86_400_000;
          default -> 1;
        };
    return Long.parseLong(digits) * unit;
  }

  private void carryOut(Plan plan, Protocol protocol, RedshiftFault fault) throws IOException {
    if (plan.table() != null && plan.kind() != Plan.Kind.ALTER_TYPE) {
      lockForWriting(plan.table(), protocol);
    }
    switch (plan.kind()) {
      case FORWARD -> protocol.execute(null);
      case MERGE -> protocol.execute("MERGE");
      case TRUNCATE -> {
        protocol.execute(null);
        if (link.status() == 'T') {
          protocol.inner("COMMIT");
        }
      }
      case ALTER_TYPE -> {
        AlterTypeCheck.check(plan, link.status(), protocol);
        protocol.execute("ALTER TABLE");
      }
      case ANSWER -> {
        if (link.status() == 'E') {
          throw new SqlFailure(
              "25P02",
              "current transaction is aborted, commands ignored until end of transaction block");
        }
        client.complete(plan.sql());
      }
      case COPY -> {
        lockForWriting(plan.copy().table(), protocol);
        new CopyRun(plan.copy(), link, cluster, this, user).run(protocol, fault, client);
      }
    }
  }

  /** Writers of one table wait for each other (Developer Guide, "Concurrent write operations"). */
  private void lockForWriting(String table, Protocol protocol) throws IOException {
    if (link.status() == 'T' && !written.contains(table)) {
      protocol.inner("SELECT redshift.write_lock(" + literal(table) + ")");
      written.add(table);
    }
  }

  static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }
}
