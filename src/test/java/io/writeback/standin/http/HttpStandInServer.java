package io.writeback.standin.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small HTTP/1.1 server for stand-ins. It exists because a stand-in must be able to do what no
 * well-behaved server does: cut a body, stall in it, reset the connection, answer in each framing.
 * Loopback only, keep-alive, one thread per connection.
 */
public final class HttpStandInServer implements AutoCloseable {
  /** Answers one request. An exception becomes a 500 if nothing was sent, else a cut body. */
  @FunctionalInterface
  public interface Handler {
    void handle(HttpCall call) throws Exception;
  }

  private final ServerSocket listener;
  private final Handler handler;
  private final ExecutorService threads;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private HttpStandInServer(ServerSocket listener, String name, Handler handler) {
    this.listener = listener;
    this.handler = handler;
    AtomicInteger count = new AtomicInteger();
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts listening on loopback.
   *
   * @param port 0 for any free port
   * @throws UncheckedIOException in words, if the port is in use
   */
  public static HttpStandInServer start(String name, int port, Handler handler) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      try {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
      } catch (BindException e) {
        socket.close();
        throw new IOException("port " + port + " for " + name + " is in use", e);
      }
      HttpStandInServer server = new HttpStandInServer(socket, name, handler);
      server.threads.execute(server::accept);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port());
  }

  private void accept() {
    while (!closed) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        if (!closed) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      BufferedInputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      while (!closed) {
        HttpCall call = HttpCall.read(socket, in);
        if (call == null) {
          return;
        }
        answer(call);
        if (!call.finish()) {
          return;
        }
      }
    } catch (SocketException clientWentAway) {
      // Nothing to answer any more.
    } catch (IOException e) {
      if (!closed) {
        System.getLogger(HttpStandInServer.class.getName())
            .log(System.Logger.Level.DEBUG, "connection ended", e);
      }
    } finally {
      open.remove(socket);
    }
  }

  private void answer(HttpCall call) throws IOException {
    try {
      handler.handle(call);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      System.getLogger(HttpStandInServer.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "handler failed on " + call.method() + " " + call.path(),
              e);
      if (call.answered()) {
        throw new IOException("handler failed in the body", e);
      }
      call.respond(500, "text/plain", String.valueOf(e));
    }
  }

  /** Ends every open connection now, as a crash of the service would. */
  public void dropConnections() {
    for (Socket socket : List.copyOf(open)) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException alreadyGone) {
        open.remove(socket);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      dropConnections();
      threads.shutdownNow();
      try {
        if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
          System.getLogger(HttpStandInServer.class.getName())
              .log(System.Logger.Level.WARNING, "a connection thread did not end");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
