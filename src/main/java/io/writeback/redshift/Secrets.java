package io.writeback.redshift;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What must never be seen in a log or a message. Safe for use by many threads. */
final class Secrets {
  private static final int SHORTEST = 4;

  private final Set<String> known = ConcurrentHashMap.newKeySet();

  /** Hides a value from now on; very short ones would hide half of every message. */
  void add(String secret) {
    if (secret != null && secret.length() >= SHORTEST) {
      known.add(secret);
    }
  }

  void add(AwsKeys keys) {
    add(keys.secretAccessKey());
    keys.sessionToken().ifPresent(this::add);
  }

  boolean in(String text) {
    return text != null && known.stream().anyMatch(text::contains);
  }

  String hide(String text) {
    String hidden = text == null ? "" : text;
    for (String secret : known) {
      hidden = hidden.replace(secret, "[hidden]");
    }
    return hidden;
  }
}
