package io.writeback.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Forwards TCP connections to a port of this machine, late if it is told so, or not at all. */
final class SlowLink implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;

  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile long delayMs;

  private SlowLink(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** Listens on a port and forwards to another one. */
  static SlowLink start(int port, int target) {
    try {
      SlowLink link =
          new SlowLink(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()), target);
      daemon("link-accept", link::accept);
      return link;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Holds each piece that is sent back for so long, in both directions; 0 for not at all. */
  void delay(long ms) {
    delayMs = ms;
  }

  /** Ends every connection now. */
  void cut() {
    open.forEach(SlowLink::end);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        daemon("link", () -> forward(client));
      } catch (IOException e) {
        // Closed, or a client that went at once.
      }
    }
  }

  private void forward(Socket client) {
    Socket server = null;
    try {
      server = new Socket(InetAddress.getLoopbackAddress(), target);
      server.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      open.add(server);
      Socket there = server;
      daemon("link-back", () -> copy(there, client));
      copy(client, server);
    } catch (IOException e) {
      end(client);
      if (server != null) {
        end(server);
      }
    }
  }

  private void copy(Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        if (delayMs > 0) {
          Thread.sleep(delayMs);
        }
        out.write(chunk, 0, n);
      }
    } catch (IOException e) {
      // The other side went; so do both.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(from);
      end(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone.
    }
  }

  private static void daemon(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
