package io.writeback.standin.ssh;

/** Where a tunnel may end. */
public record Destination(String host, int port) {
  /** Reads {@code host:port}. */
  static Destination parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      return new Destination(
          text.substring(0, Math.max(colon, 0)), Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not host:port: " + text, e);
    }
  }
}
