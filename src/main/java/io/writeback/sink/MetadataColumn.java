package io.writeback.sink;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigException;

/**
 * A column about the record itself.
 *
 * @param name of the column
 */
public record MetadataColumn(Fact fact, String name) {
  /** What can be told about a record. */
  public enum Fact {
    /** Topic before any transform renamed it. */
    TOPIC("kafka_topic"),
    /** Partition of that topic. */
    PARTITION("kafka_partition"),
    /** Offset in that partition. */
    OFFSET("kafka_offset"),
    /** The record's own time, in UTC. */
    TIMESTAMP("kafka_timestamp"),
    /** When the sink wrote it, in UTC. */
    INSERTED("inserted_at");

    private final String column;

    Fact(String column) {
      this.column = column;
    }
  }

  /**
   * Reads a list of facts, each with a name after a colon if it shall not have its usual one.
   *
   * @param key for the message
   */
  public static List<MetadataColumn> list(String key, List<String> entries) {
    List<MetadataColumn> columns = new ArrayList<>();
    for (String entry : entries) {
      int colon = entry.indexOf(':');
      String word = (colon < 0 ? entry : entry.substring(0, colon)).trim();
      Fact fact = fact(key, entry, word);
      String name = colon < 0 ? fact.column : entry.substring(colon + 1).trim();
      if (name.isEmpty()) {
        throw new ConfigException(key, entry, "a name is missing after the colon");
      }
      columns.add(new MetadataColumn(fact, name));
    }
    return columns;
  }

  private static Fact fact(String key, String entry, String word) {
    try {
      return Fact.valueOf(word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          key,
          entry,
          "expected topic, partition, offset, timestamp or inserted, with a column name after a"
              + " colon if the usual one is not wanted");
    }
  }
}
