package io.writeback.redshift.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import net.schmizz.sshj.connection.channel.direct.DirectConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel of the SSH connection as a real socket, with timeouts and all. The port that it takes
 * to make one is open for this one connection and no longer, so nobody else on the machine gets
 * into the tunnel.
 */
final class Relay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
  private static final int BUFFER_BYTES = 1 << 15;
  private static final int ACCEPT_MS = 10_000;

  private final DirectConnection channel;
  private final Socket far;

  private Relay(DirectConnection channel, Socket far) {
    this.channel = channel;
    this.far = far;
  }

  /** The near end of a socket whose far end is the channel. */
  static Socket socket(DirectConnection channel, String name) throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      listener.setSoTimeout(ACCEPT_MS);
      Socket near = new Socket();
      Socket far = null;
      try {
        near.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort()),
            ACCEPT_MS);
        far = listener.accept();
        if (far.getPort() != near.getLocalPort()) {
          throw new IOException("somebody else has connected to the port of the tunnel");
        }
        far.setTcpNoDelay(true);
        new Relay(channel, far).start(name);
        return near;
      } catch (IOException | RuntimeException e) {
        near.close();
        if (far != null) {
          far.close();
        }
        throw e;
      }
    }
  }

  private void start(String name) throws IOException {
    InputStream fromFar = far.getInputStream();
    OutputStream toFar = far.getOutputStream();
    daemon(name + "-out", () -> pump(fromFar, channel.getOutputStream()));
    daemon(name + "-in", () -> pump(channel.getInputStream(), toFar));
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Until either end closes; then both are. A database connection is never half closed. */
  private void pump(InputStream from, OutputStream to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        to.write(buffer, 0, n);
        to.flush();
      }
    } catch (IOException e) {
      LOG.debug("A tunnel ends: {}", e.getMessage());
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    try {
      far.close();
    } catch (IOException e) {
      LOG.debug("Closing a socket: {}", e.getMessage());
    }
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("Closing a channel: {}", e.getMessage());
    }
  }
}
