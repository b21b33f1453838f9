package io.writeback.domo;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps secrets out of what Domo, a proxy or a library says: an OAuth server may well repeat the
 * token that it refuses. Safe for use by many threads.
 */
final class Secrets {
  private static final String HIDDEN = "[hidden]";

  /** A shorter text is no secret, and hiding it would tear words apart. */
  private static final int SHORTEST = 4;

  private final Set<String> known = ConcurrentHashMap.newKeySet();

  void add(String secret) {
    if (secret != null && secret.length() >= SHORTEST) {
      known.add(secret);
    }
  }

  void forget(String secret) {
    known.remove(secret);
  }

  String hideIn(String text) {
    String clean = text;
    for (String secret : known) {
      clean = clean.replace(secret, HIDDEN);
    }
    return clean;
  }
}
