package io.writeback.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;

/**
 * Collects what is wrong with a configuration, each error on the key that the user has to change. A
 * key that no ConfigDef knows, such as a {@code consumer.override.*}, may carry errors too.
 */
public final class ConfigErrors {
  private final Map<String, ConfigValue> values = new LinkedHashMap<>();

  /** Starts from the values that ConfigDef has validated. */
  public ConfigErrors(List<ConfigValue> validated) {
    validated.forEach(value -> values.put(value.name(), value));
  }

  /** Adds an error. The message says what was expected, what was found and what to do. */
  public void error(String key, String message) {
    values
        .computeIfAbsent(
            key, k -> new ConfigValue(k, null, Collections.emptyList(), new ArrayList<>()))
        .addErrorMessage(message);
  }

  public boolean any() {
    return values.values().stream().anyMatch(value -> !value.errorMessages().isEmpty());
  }

  /** The messages on a key; empty if it has none. */
  public List<String> on(String key) {
    ConfigValue value = values.get(key);
    return value == null ? List.of() : List.copyOf(value.errorMessages());
  }

  /** What {@code Connector.validate} returns. */
  public Config result() {
    return new Config(List.copyOf(values.values()));
  }
}
