package io.writeback.standin.redshift;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The sessions that are open, by process id. Safe for use by many threads. */
final class Sessions {
  private final Map<Integer, Session> byPid = new ConcurrentHashMap<>();

  void add(Session session) {
    byPid.put(session.pid(), session);
  }

  void remove(Session session) {
    byPid.remove(session.pid(), session);
  }

  int count() {
    return byPid.size();
  }

  /** Stops a COPY of the session; false if it has none running. */
  boolean cancel(int pid) {
    Session session = byPid.get(pid);
    return session != null && session.cancel();
  }

  /** Resets all connections, as a network that breaks. */
  void resetAll() {
    List.copyOf(byPid.values()).forEach(Session::reset);
  }
}
