package io.writeback.redshift;

import com.amazon.redshift.Driver;
import io.writeback.redshift.ssh.SshTunnel;
import io.writeback.retry.FaultException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Long-lived sessions, as many as threads work at once; a dead one is replaced. Safe for use by
 * many threads. Failures are {@link FaultException}.
 */
final class Sessions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  private static final long TRUST_MS = 5000;

  private final ConnectionSettings settings;
  private final RedshiftFaults faults;
  private final Optional<SshTunnel> tunnel;
  private final Optional<SessionRegister> register;
  private final long trustMs;
  private final ArrayDeque<Session> idle = new ArrayDeque<>();
  private final Set<Session> open = ConcurrentHashMap.newKeySet();
  private boolean closed;

  Sessions(ConnectionSettings settings, RedshiftFaults faults, Optional<SessionRegister> register) {
    this(settings, faults, register, TRUST_MS);
  }

  /**
   * Sessions.
   *
   * @param trustMs a session unused for longer is asked whether it lives before it is used
   */
  Sessions(
      ConnectionSettings settings,
      RedshiftFaults faults,
      Optional<SessionRegister> register,
      long trustMs) {
    this.register = register;
    this.settings = settings;
    this.faults = faults;
    this.trustMs = trustMs;
    this.tunnel = settings.ssh().map(ssh -> new SshTunnel(ssh, settings.host(), settings.port()));
  }

  /** What is done with a session. */
  @FunctionalInterface
  interface Work<T> {
    T run(Session session) throws SQLException;
  }

  /** Work whose statements each stand alone, and may take as long as a COPY. */
  <T> T load(String what, Work<T> work) {
    return call(what, settings.statementTimeoutMs(), work);
  }

  /** Work that leaves nothing behind, whatever comes of it. */
  <T> T rolledBack(String what, Work<T> work) {
    return load(
        what,
        session -> {
          session.execute("BEGIN");
          T result;
          try {
            result = work.run(session);
          } catch (SQLException e) {
            Transaction.rollback(session, e);
            throw e;
          }
          session.execute("ROLLBACK");
          return result;
        });
  }

  /** Work whose statements each stand alone, and are short but for the locks they wait for. */
  <T> T call(String what, Work<T> work) {
    return call(what, settings.lockTimeoutMs(), work);
  }

  private <T> T call(String what, long timeoutMs, Work<T> work) {
    Session session = borrow();
    try {
      session.execute("SET statement_timeout TO " + timeoutMs);
      T result = work.run(session);
      giveBack(session);
      return result;
    } catch (SQLException e) {
      end(session);
      throw faults.of("cannot " + what, e);
    } catch (RuntimeException e) {
      end(session);
      throw e;
    }
  }

  /**
   * One transaction. If the COMMIT fails its outcome is unknown, and the session is closed: the
   * next transaction that takes the same lock waits for the end of this one and sees what became of
   * it. Its first statement is a LOCK of the tables, alone, so that everything read after it is
   * newer than what any earlier holder wrote.
   *
   * @param lock full names in quotes, sorted by the caller; every transaction locks in that order
   */
  <T> T transaction(String what, List<String> lock, Work<T> work) {
    return transaction(what, session -> null, lock, work);
  }

  /**
   * As above, with work in the same session before the transaction begins.
   *
   * @param before statements that stand alone, such as the filling of a temporary table
   */
  <T> T transaction(String what, Work<Void> before, List<String> lock, Work<T> work) {
    Session session = borrow();
    boolean sound = false;
    try {
      session.execute("SET statement_timeout TO " + settings.statementTimeoutMs());
      Void unused = before.run(session);
      T result = new Transaction(session, settings).run(lock, work);
      sound = true;
      return result;
    } catch (Transaction.LockTimeout e) {
      throw new LockHeldException(
          "cannot "
              + what
              + ": waited "
              + settings.lockTimeoutMs()
              + " ms for a lock on "
              + String.join(", ", lock)
              + ", which "
              + blockers(lock)
              + " holds. These tables are"
              + " private to the connector: end that session, or read the log table instead",
          lock,
          e.getCause());
    } catch (Transaction.UnknownOutcome e) {
      throw new UnknownOutcomeException(
          faults.of("cannot tell whether it did " + what, e.failure()));
    } catch (Transaction.RolledBack e) {
      sound = true;
      throw faults.of("cannot " + what, e.failure());
    } catch (SQLException e) {
      throw faults.of("cannot " + what, e);
    } finally {
      if (sound) {
        giveBack(session);
      } else {
        end(session);
      }
    }
  }

  private String blockers(List<String> tables) {
    try {
      List<String> holders = call("look for the holder of a lock", s -> LockHolders.of(s, tables));
      return holders.isEmpty() ? "another session" : String.join(", ", holders);
    } catch (FaultException e) {
      return "another session";
    }
  }

  private Session borrow() {
    for (Session session = pollIdle(); session != null; session = pollIdle()) {
      if (session.idleMs() < trustMs || session.alive(settings.connectTimeoutMs())) {
        return session;
      }
      end(session);
      LOG.info("Replacing a connection to {} that died while idle", settings);
    }
    // Before the driver, which would hide in its own words what is wrong.
    tunnel.ifPresent(SshTunnel::open);
    try {
      Session session =
          Session.on(new Driver().connect(settings.url(), settings.properties(tunnel)));
      open.add(session);
      register.ifPresent(r -> r.enter(session));
      return session;
    } catch (SQLException e) {
      throw faults.of("cannot connect to " + settings, e);
    }
  }

  private void end(Session session) {
    open.remove(session);
    session.close();
  }

  /** Whether a session of the warehouse is one that is in use here. */
  boolean uses(int pid) {
    return open.stream().anyMatch(session -> session.pid() == pid);
  }

  private synchronized Session pollIdle() {
    if (closed) {
      throw FaultException.retry("the connections to " + settings + " are closed", null);
    }
    return idle.pollFirst();
  }

  private void giveBack(Session session) {
    synchronized (this) {
      if (!closed) {
        idle.addFirst(session);
        return;
      }
    }
    end(session);
  }

  @Override
  public void close() {
    List<Session> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(idle);
      idle.clear();
    }
    all.forEach(this::end);
    tunnel.ifPresent(SshTunnel::close);
  }
}
