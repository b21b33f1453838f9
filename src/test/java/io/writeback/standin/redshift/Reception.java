package io.writeback.standin.redshift;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Receives one connection: TLS, cancel request or login, then the session. */
final class Reception {
  private static final int SSL_REQUEST = 80877103;
  private static final int GSS_REQUEST = 80877104;
  private static final int CANCEL_REQUEST = 80877102;

  private final Cluster cluster;
  private final SSLContext tls;

  /**
   * Makes one for all connections.
   *
   * @param tls null if TLS is not offered
   */
  Reception(Cluster cluster, SSLContext tls) {
    this.cluster = cluster;
    this.tls = tls;
  }

  /** Serves the connection to its end. */
  void receive(Socket socket) throws IOException {
    Wire wire = new Wire(socket);
    try {
      RedshiftCall call = new RedshiftCall(RedshiftCall.Kind.CONNECT, 0, "", "");
      Optional<RedshiftFault> fault = cluster.faults().next(call);
      if (fault.isPresent() && !(fault.get() instanceof RedshiftFault.Raise)) {
        misbehave(fault.get());
      }
      greet(wire, fault.orElse(null));
    } catch (SessionEnded e) {
      wire.reset();
    } finally {
      wire.close();
    }
  }

  private static void misbehave(RedshiftFault fault) throws IOException {
    try {
      if (fault instanceof RedshiftFault.Slow slow) {
        Thread.sleep(slow.delay().toMillis());
      } else if (fault instanceof RedshiftFault.Hang hang) {
        hang.released().await();
      } else {
        throw new SessionEnded("the connection is refused on purpose");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SessionEnded("the stand-in is being closed");
    }
  }

  private void greet(Wire plain, RedshiftFault fault) throws IOException {
    Wire wire = plain;
    Message first = wire.readUntyped();
    int code = first.cursor().int32();
    while (code == SSL_REQUEST || code == GSS_REQUEST) {
      boolean accepted = code == SSL_REQUEST && tls != null;
      wire.sendByte(accepted ? 'S' : 'N');
      wire = accepted ? secure(wire.socket()) : wire;
      first = wire.readUntyped();
      code = first.cursor().int32();
    }
    if (code == CANCEL_REQUEST) {
      cancel(first);
      return;
    }
    try {
      if (fault instanceof RedshiftFault.Raise raise) {
        throw new SqlFailure(raise.sqlState(), raise.message(), raise.detail());
      }
      logIn(wire, first);
    } catch (SqlFailure failure) {
      wire.send(failure.toMessage("FATAL"));
      wire.flush();
    }
  }

  private Wire secure(Socket socket) throws IOException {
    SSLSocket secured =
        (SSLSocket)
            tls.getSocketFactory()
                .createSocket(
                    socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
    secured.setUseClientMode(false);
    secured.startHandshake();
    return new Wire(secured);
  }

  private void logIn(Wire wire, Message startup) throws IOException {
    if (!cluster.settings().plain() && !(wire.socket() instanceof SSLSocket)) {
      throw new SqlFailure("28000", "no pg_hba.conf entry for this host: SSL off is not accepted");
    }
    Login login = Login.read(startup);
    login.authenticate(wire, cluster.settings());
    int port = cluster.database().port();
    BackendLink link = BackendLink.connect(port, login.parameters(), cluster.errors());
    Session session = new Session(wire, link, cluster, login.user());
    cluster.sessions().add(session);
    try {
      session.run();
    } finally {
      cluster.sessions().remove(session);
      session.close();
    }
  }

  /** Cancels a statement of the proxy, or lets PostgreSQL cancel one of its own. */
  private void cancel(Message request) throws IOException {
    Message.Cursor cursor = request.cursor();
    cursor.int32();
    if (cluster.sessions().cancel(cursor.int32())) {
      return;
    }
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (Wire wire = new Wire(new Socket(loopback, cluster.database().port()))) {
      wire.send(request);
      wire.flush();
      // PostgreSQL closes when the signal is sent; the client waits for the same.
      wire.socket().getInputStream().readAllBytes();
    }
  }
}
