package io.writeback.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Takes connections to a port of this machine, each on a thread of its own. */
public final class SocketServer implements AutoCloseable {
  /** Serves a connection; what it throws ends that one alone. */
  public interface Service {
    void serve(Socket client) throws IOException;
  }

  private final String name;
  private final Service service;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private SocketServer(int port, String name, Service service) {
    this.name = name;
    this.service = service;
    try {
      listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Begins to take connections.
   *
   * @param port 0 for any free one
   * @param name of its threads
   */
  public static SocketServer start(int port, String name, Service service) {
    SocketServer server = new SocketServer(port, name, service);
    server.inBackground(server::accept);
    return server;
  }

  public int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        inBackground(() -> serve(client));
      } catch (IOException e) {
        // Closed, or a client that went at once.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      service.serve(client);
    } catch (IOException e) {
      // One side has gone; so does the other.
    } finally {
      open.remove(client);
    }
  }

  /** Connects to a port of this machine; that connection ends with the server too. */
  public Socket connect(int port) throws IOException {
    return adopt(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** Has a connection end with the server. */
  public Socket adopt(Socket socket) {
    open.removeIf(Socket::isClosed);
    open.add(socket);
    return socket;
  }

  /** Runs what belongs to a connection beside it. */
  public void inBackground(Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Ends every connection now; new ones are taken. */
  public void cut() {
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException e) {
        // It is gone.
      }
    }
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
