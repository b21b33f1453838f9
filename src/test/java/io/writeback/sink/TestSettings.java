package io.writeback.sink;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** Settings as a user's configuration gives them, small enough for tests. */
final class TestSettings {
  private TestSettings() {}

  static SinkSettings of(Map<String, String> changes) {
    Map<String, String> config = new HashMap<>();
    config.put("name", "sink");
    config.put("topics", "a,b,domo.snapshots");
    config.put(SinkConfig.FLUSH_ROWS, "3");
    config.put(SinkConfig.FLUSH_INTERVAL_MS, "1000");
    config.put(SinkConfig.CLOSE_TIMEOUT_MS, "0");
    config.put(SinkConfig.SNAPSHOT_POLL_MS, "100");
    config.putAll(changes);
    return SinkConfig.settings(
        new AbstractConfig(SinkConfig.define(new ConfigDef()), config), "ns");
  }
}
