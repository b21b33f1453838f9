package io.writeback.standin.redshift;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections on a loopback port, a thread for each. */
final class Listener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  private final ServerSocket server;
  private final Reception reception;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  Listener(int port, Reception reception) throws IOException {
    this.reception = reception;
    this.server = new ServerSocket();
    server.setReuseAddress(true);
    try {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      server.close();
      throw new IOException("port " + port + " cannot be opened: " + e.getMessage(), e);
    }
    start("redshift-standin-accept", this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        start("redshift-standin-" + socket.getPort(), () -> receive(socket));
      } catch (IOException e) {
        LOG.debug("no longer accepting: {}", e.getMessage());
      }
    }
  }

  private void receive(Socket socket) {
    try {
      reception.receive(socket);
    } catch (IOException e) {
      LOG.debug("connection {} ended: {}", socket.getPort(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("connection {} ended by a fault of the stand-in", socket.getPort(), e);
    } finally {
      open.remove(socket);
    }
  }

  private static void start(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      LOG.debug("closing: {}", e.getMessage());
    }
  }
}
