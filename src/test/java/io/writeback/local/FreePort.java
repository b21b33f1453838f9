package io.writeback.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback interface. */
public final class FreePort {
  /**
   * From here to {@link #END} no common system takes the local ports of outgoing connections, one
   * of which could otherwise take a free port before the process that is to listen on it.
   */
  private static final int FIRST = 20_000;

  private static final int END = 32_000;
  private static final int ATTEMPTS = 100;

  private FreePort() {}

  /** A port that nobody listens on now. */
  public static int any() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (isFree(port)) {
        return port;
      }
    }
    throw new UncheckedIOException(
        new IOException("no free port found between " + FIRST + " and " + END));
  }

  /**
   * The wanted port, or any if 0.
   *
   * @throws UncheckedIOException in words, if somebody listens on it
   */
  public static int claim(String forWhat, int wanted) {
    if (wanted == 0) {
      return any();
    }
    if (!isFree(wanted)) {
      throw new UncheckedIOException(
          new IOException("port " + wanted + " for " + forWhat + " is in use"));
    }
    return wanted;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
