package io.writeback.config;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** One word of a few: validates a value and proposes all of them to user interfaces. */
public final class OneOf implements ConfigDef.Validator, ConfigDef.Recommender {
  private final List<String> words;

  private OneOf(List<String> words) {
    this.words = words;
  }

  public static OneOf words(String... words) {
    return new OneOf(List.copyOf(Arrays.asList(words)));
  }

  @Override
  public void ensureValid(String name, Object value) {
    if (!(value instanceof String word) || !words.contains(word)) {
      throw new ConfigException(name, value, "expected one of " + String.join(", ", words));
    }
  }

  @Override
  public List<Object> validValues(String name, Map<String, Object> parsedConfig) {
    return List.copyOf(words);
  }

  @Override
  public boolean visible(String name, Map<String, Object> parsedConfig) {
    return true;
  }

  @Override
  public String toString() {
    return "one of " + String.join(", ", words);
  }
}
