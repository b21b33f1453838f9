package io.writeback.crash;

import java.util.Locale;

/** Write modes, as the sinks' {@code write.mode} names them. */
enum Mode {
  APPEND,
  UPSERT,
  OVERWRITE,
  CREATE;

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
