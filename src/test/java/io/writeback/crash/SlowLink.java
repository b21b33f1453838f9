package io.writeback.crash;

import io.writeback.standin.SocketServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** Forwards TCP connections to a port of this machine, late if it is told so, or not at all. */
final class SlowLink implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;

  private final SocketServer server;
  private final int target;
  private volatile long delayMs;

  /** Listens on a port and forwards to another one. */
  SlowLink(int port, int target) {
    this.target = target;
    server = SocketServer.start(port, "link", this::forward);
  }

  int port() {
    return server.port();
  }

  /** Holds each piece that is sent back for so long, in both directions; 0 for not at all. */
  void delay(long ms) {
    delayMs = ms;
  }

  /** Ends every connection now. */
  void cut() {
    server.cut();
  }

  private void forward(Socket client) throws IOException {
    Socket there = server.connect(target);
    there.setTcpNoDelay(true);
    client.setTcpNoDelay(true);
    server.inBackground(() -> copy(there, client));
    copy(client, there);
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
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone.
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
