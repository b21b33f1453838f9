package io.writeback.standin.http;

import io.writeback.standin.SocketServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A forward proxy for HTTP/1.1: tunnels by CONNECT, and requests with a whole URL (RFC 9110,
 * section 9.3.6; RFC 9112, section 3.2.2). Asks for a login, if it was given one.
 */
public final class ForwardProxy implements AutoCloseable {
  private final SocketServer server;
  private final String login;
  private final AtomicInteger tunnels = new AtomicInteger();
  private final AtomicInteger forwarded = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  /**
   * Starts a proxy.
   *
   * @param login user and password with a colon between, or empty for everybody
   */
  public ForwardProxy(String login) {
    this.login = login;
    server = SocketServer.start(0, "proxy", this::serve);
  }

  public int port() {
    return server.port();
  }

  public int tunnels() {
    return tunnels.get();
  }

  public int forwarded() {
    return forwarded.get();
  }

  /** Requests without the login. */
  public int refused() {
    return refused.get();
  }

  private void serve(Socket client) throws IOException {
    InputStream in = client.getInputStream();
    List<String> head = head(in);
    while (!head.isEmpty() && !isLoggedIn(head)) {
      refused.incrementAndGet();
      String answer =
          "HTTP/1.1 407 Proxy Authentication Required\r\n"
              + "Proxy-Authenticate: Basic realm=\"proxy\"\r\nContent-Length: 0\r\n\r\n";
      client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
      head = head(in);
    }
    if (!head.isEmpty()) {
      forward(client, head);
    }
  }

  private boolean isLoggedIn(List<String> head) {
    String expected =
        "proxy-authorization: basic "
            + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    return login.isEmpty() || head.stream().anyMatch(line -> line.equalsIgnoreCase(expected));
  }

  private void forward(Socket client, List<String> head) throws IOException {
    String[] line = head.get(0).split(" ", -1);
    boolean tunnel = line[0].equals("CONNECT");
    URI to = URI.create(tunnel ? "tcp://" + line[1] : line[1]);
    try (Socket target = server.adopt(new Socket(to.getHost(), to.getPort()))) {
      if (tunnel) {
        tunnels.incrementAndGet();
        client
            .getOutputStream()
            .write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      } else {
        forwarded.incrementAndGet();
        StringBuilder request = new StringBuilder(line[0]).append(' ').append(to.getRawPath());
        request.append(to.getRawQuery() == null ? "" : "?" + to.getRawQuery());
        request.append(" HTTP/1.1\r\n");
        for (String header : head.subList(1, head.size())) {
          if (!header.toLowerCase(Locale.ROOT).matches("(proxy-.*|connection): .*")) {
            request.append(header).append("\r\n");
          }
        }
        request.append("Connection: close\r\n\r\n");
        target.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
      }
      server.inBackground(() -> pipe(client, target));
      if (!tunnel) {
        // One request each, and the client has to know.
        StringBuilder answer = new StringBuilder();
        for (String header : head(target.getInputStream())) {
          if (!header.toLowerCase(Locale.ROOT).startsWith("connection:")) {
            answer.append(header).append("\r\n");
          }
        }
        answer.append("Connection: close\r\n\r\n");
        client.getOutputStream().write(answer.toString().getBytes(StandardCharsets.ISO_8859_1));
      }
      pipe(target, client);
    }
  }

  private static void pipe(Socket from, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      from.getInputStream().transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      // One side has gone; so does the other.
    }
  }

  /** The lines up to the empty one; none if the client has gone. */
  private static List<String> head(InputStream in) throws IOException {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == '\n') {
        if (line.isEmpty()) {
          return lines;
        }
        lines.add(line.toString());
        line.setLength(0);
      } else if (c != '\r') {
        line.append((char) c);
      }
    }
    return List.of();
  }

  @Override
  public void close() {
    server.close();
  }
}
