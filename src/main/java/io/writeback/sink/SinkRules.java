package io.writeback.sink;

import io.writeback.config.ConfigErrors;
import java.util.Map;

/** Rules between keys. Pure. */
final class SinkRules {
  private SinkRules() {}

  static void check(Map<String, String> properties, ConfigErrors errors) {}
}
