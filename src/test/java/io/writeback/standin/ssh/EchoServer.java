package io.writeback.standin.ssh;

import io.writeback.standin.SocketServer;

/** A destination for tunnels: sends back what it gets. */
public final class EchoServer implements AutoCloseable {
  private final SocketServer server =
      SocketServer.start(
          0, "echo", client -> client.getInputStream().transferTo(client.getOutputStream()));

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
  }
}
