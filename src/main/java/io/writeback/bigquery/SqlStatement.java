package io.writeback.bigquery;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * SQL text with the values of its named parameters. Values never stand in the text.
 *
 * @param text GoogleSQL, one statement or a script
 * @param parameters name to value
 */
record SqlStatement(String text, Map<String, Value> parameters) {
  SqlStatement {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  static SqlStatement of(String text) {
    return new SqlStatement(text, Map.of());
  }

  SqlStatement with(String name, String value) {
    return and(name, new Value("STRING", value));
  }

  SqlStatement with(String name, Long value) {
    return and(name, new Value("INT64", value == null ? null : value.toString()));
  }

  /** To the microsecond: BigQuery refuses finer ones. */
  SqlStatement with(String name, Instant value) {
    return and(name, new Value("TIMESTAMP", value == null ? null : CivilText.timestamp(value)));
  }

  private SqlStatement and(String name, Value value) {
    Map<String, Value> all = new LinkedHashMap<>(parameters);
    all.put(name, value);
    return new SqlStatement(text, all);
  }

  /**
   * A parameter.
   *
   * @param type GoogleSQL type name
   * @param text the value as the API wants it, or null for NULL
   */
  record Value(String type, String text) {}
}
