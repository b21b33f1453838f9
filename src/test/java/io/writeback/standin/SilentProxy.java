package io.writeback.standin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** Forwards to a port until it is told to swallow everything, and then closes nothing. */
public final class SilentProxy implements AutoCloseable {
  private final SocketServer server;
  private final int to;
  private volatile boolean silent;

  public SilentProxy(int to) {
    this.to = to;
    server = SocketServer.start(0, "silent-proxy", this::forward);
  }

  public int port() {
    return server.port();
  }

  public void silence() {
    silent = true;
  }

  private void forward(Socket near) throws IOException {
    Socket far = server.connect(to);
    server.inBackground(() -> back(far, near));
    pass(near, far);
  }

  private void back(Socket far, Socket near) {
    try {
      pass(far, near);
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void pass(Socket from, Socket into) throws IOException {
    byte[] buffer = new byte[1 << 14];
    InputStream in = from.getInputStream();
    OutputStream out = into.getOutputStream();
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (!silent) {
        out.write(buffer, 0, n);
        out.flush();
      }
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
