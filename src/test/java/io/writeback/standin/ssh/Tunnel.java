package io.writeback.standin.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * One forwarded connection. The SSH server connects to this relay instead of the destination, so
 * that the stand-in can hold back, count and cut what passes.
 */
final class Tunnel implements AutoCloseable {
  private static final int CONNECT_MS = 5000;

  private final Tunnels tunnels;
  private final Socket destination;
  private final ServerSocket relay;
  private volatile Socket near;
  private volatile boolean closed;

  /** Connects to the destination, and listens for the one connection to relay. */
  Tunnel(Tunnels tunnels, Destination to) throws IOException {
    this.tunnels = tunnels;
    this.destination = new Socket();
    ServerSocket listener = null;
    boolean good = false;
    try {
      destination.connect(new InetSocketAddress(to.host(), to.port()), CONNECT_MS);
      listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      good = true;
    } finally {
      if (!good) {
        destination.close();
      }
    }
    this.relay = listener;
  }

  int relayPort() {
    return relay.getLocalPort();
  }

  /** Takes the connection and relays one direction; the other has a thread of its own. */
  void run() {
    try (relay) {
      relay.setSoTimeout(CONNECT_MS);
      near = relay.accept();
      relay.close();
      if (closed) {
        close();
        return;
      }
      tunnels.execute(() -> relay(destination, near));
      relay(near, destination);
    } catch (IOException e) {
      close();
    }
  }

  private void relay(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[1 << 15];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (!tunnels.pass(this, n)) {
          close();
          return;
        }
        out.write(buffer, 0, n);
        out.flush();
      }
      to.shutdownOutput();
      if (from.isOutputShutdown()) {
        close();
      }
    } catch (IOException e) {
      close();
    }
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    tunnels.ended(this);
    closeQuietly(relay);
    closeQuietly(destination);
    Socket socket = near;
    if (socket != null) {
      closeQuietly(socket);
    }
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception alreadyGone) {
      // Closing is all that is wanted.
    }
  }
}
