package io.writeback.standin;

import java.net.URI;

/** A cloud service on a loopback port. Closing it frees the port and everything it holds. */
public interface StandIn extends AutoCloseable {
  /** Where clients reach it, such as {@code http://127.0.0.1:4711}. */
  URI endpoint();

  @Override
  void close();
}
