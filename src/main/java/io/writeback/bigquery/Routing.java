package io.writeback.bigquery;

import io.writeback.sink.SinkConfig;
import java.util.Map;
import java.util.TreeMap;

/**
 * What decides which table a record goes to. While rows above a partition's position may be in a
 * table already, it must not change: the same record would be written to another table again, or
 * not at all. Pure.
 */
final class Routing {
  /** The keys, for messages. */
  static final String KEYS =
      "bigquery.dataset, table.map, table.name.format, table.name.collision or transforms";

  private static final Map<String, String> DEFAULTS =
      Map.of(
          BigQuerySinkConfig.PROJECT,
          "",
          BigQuerySinkConfig.DATASET,
          "",
          SinkConfig.TABLE_NAME_FORMAT,
          "{topic}",
          SinkConfig.TABLE_NAME_COLLISION,
          "fail",
          SinkConfig.TABLE_MAP,
          "");

  private Routing() {}

  /** Equal for configurations that send every record to the same table; at most 63 characters. */
  static String fingerprint(Map<String, String> properties) {
    Map<String, String> deciding = new TreeMap<>(DEFAULTS);
    properties.forEach(
        (key, value) -> {
          // A transform may rename the topic, which a table is named after.
          if (value != null
              && !value.isBlank()
              && (DEFAULTS.containsKey(key) || key.matches("(transforms|predicates)(\\..*)?"))) {
            deciding.put(key, value.trim());
          }
        });
    return ChainIds.hash(deciding.toString());
  }
}
