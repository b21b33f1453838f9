package io.writeback.standin.ssh;

import java.util.List;
import org.apache.sshd.server.SshServer;

/** What can go wrong with an SSH server. Each holds until it is taken back, if it can be. */
public final class SshFaults {
  private final SshServer server;
  private final Tunnels tunnels;
  private final HostKeys hostKeys;
  private volatile boolean refusing;
  private volatile boolean rejecting;

  SshFaults(SshServer server, Tunnels tunnels, HostKeys hostKeys) {
    this.server = server;
    this.tunnels = tunnels;
    this.hostKeys = hostKeys;
  }

  /** Ends each new connection before a word is said. */
  public void refuseConnections(boolean on) {
    refusing = on;
  }

  /** Rejects every login. */
  public void rejectLogins(boolean on) {
    rejecting = on;
  }

  /** Ends every connection now, without a goodbye, and the tunnels with them. */
  public void dropSessions() {
    List.copyOf(server.getActiveSessions()).forEach(session -> session.close(true));
    tunnels.drop();
  }

  /** Ends every tunnel now; connections stay. */
  public void dropTunnels() {
    tunnels.drop();
  }

  /** Holds back all forwarded bytes, in both directions. */
  public void stallForwarding(boolean on) {
    tunnels.stall(on);
  }

  /** Ends one tunnel when so many more bytes have passed through all. */
  public void closeTunnelAfter(long bytes) {
    tunnels.closeAfter(bytes);
  }

  /** Has other host keys for new connections, as an impostor or a new machine would. */
  public void changeHostKeys() {
    hostKeys.change();
  }

  boolean refusesConnections() {
    return refusing;
  }

  boolean rejectsLogins() {
    return rejecting;
  }
}
