package io.writeback.standin.redshift;

import java.io.IOException;

/** The session is over because a fault or the protocol says so. */
final class SessionEnded extends IOException {
  private static final long serialVersionUID = 1L;

  SessionEnded(String why) {
    super(why);
  }
}
