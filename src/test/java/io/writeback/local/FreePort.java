package io.writeback.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of the loopback interface. */
public final class FreePort {
  private FreePort() {}

  /** A port that nobody listens on now. */
  public static int any() {
    return claim("a free port", 0);
  }

  /**
   * The wanted port, or any if 0.
   *
   * @throws UncheckedIOException in words, if somebody listens on it
   */
  public static int claim(String forWhat, int wanted) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(
          new IOException("port " + wanted + " for " + forWhat + " is in use", e));
    }
  }
}
