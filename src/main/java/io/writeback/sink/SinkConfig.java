package io.writeback.sink;

import io.writeback.config.ConfigErrors;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** The configuration that both sinks share: its keys, its parsed form and its rules. */
public final class SinkConfig {
  public static final String DELIVERY_GUARANTEE = "delivery.guarantee";
  public static final String DELIVERY_ID = "delivery.id";
  public static final String DELIVERY_GENERATION = "delivery.generation";
  public static final String DELIVERY_ISOLATION = "delivery.isolation";
  public static final String WRITE_MODE = "write.mode";
  public static final String TABLE_NAME_FORMAT = "table.name.format";
  public static final String TABLE_MAP = "table.map";
  public static final String TABLE_NAME_COLLISION = "table.name.collision";
  public static final String TABLE_METADATA_COLUMNS = "table.metadata.columns";
  public static final String TABLE_CREATE_FORMAT = "table.create.format";
  public static final String UPSERT_KEY = "upsert.key";
  public static final String UPSERT_KEY_FIELDS = "upsert.key.fields";
  public static final String UPSERT_DELETE = "upsert.delete";
  public static final String UPSERT_DELETE_COLUMN = "upsert.delete.column";
  public static final String FLUSH_ROWS = "flush.rows";
  public static final String FLUSH_BYTES = "flush.bytes";
  public static final String FLUSH_INTERVAL_MS = "flush.interval.ms";
  public static final String BUFFER_MAX_BYTES = "buffer.max.bytes";
  public static final String CLOSE_TIMEOUT_MS = "close.timeout.ms";
  public static final String SNAPSHOT_TOPIC = "snapshot.topic";
  public static final String SNAPSHOT_MIN_ROWS = "snapshot.min.rows";
  public static final String SNAPSHOT_MAX_SHRINK_RATIO = "snapshot.max.shrink.ratio";
  public static final String SNAPSHOT_MAX_REJECTED_ROWS = "snapshot.max.rejected.rows";
  public static final String SNAPSHOT_MISSING_ROWS = "snapshot.missing.rows";
  public static final String SNAPSHOT_RANGES = "snapshot.ranges";
  public static final String SNAPSHOT_TIMEOUT_MS = "snapshot.timeout.ms";
  public static final String SNAPSHOT_HELD_MAX = "snapshot.held.max";
  public static final String SNAPSHOT_STAGING_TTL_MS = "snapshot.staging.ttl.ms";
  public static final String SNAPSHOT_ACCEPT = "snapshot.accept";
  public static final String SNAPSHOT_POLL_MS = "snapshot.poll.ms";

  /** Set by the connector for its tasks; no user key. */
  public static final String TASK_ID = "task.id";

  /** Set by the connector for its tasks; no user key. */
  public static final String TASK_COUNT = "task.count";

  private SinkConfig() {}

  /** Adds the shared keys to a connector's own. */
  public static ConfigDef define(ConfigDef def) {
    return SinkConfigKeys.define(def);
  }

  /**
   * What the engine works with.
   *
   * @param parsed a configuration of a ConfigDef that went through {@link #define}
   * @param namespace BigQuery dataset or Redshift schema
   */
  public static SinkSettings settings(AbstractConfig parsed, String namespace) {
    Map<String, String> originals = new LinkedHashMap<>();
    parsed.originals().forEach((key, value) -> originals.put(key, String.valueOf(value)));
    String connector = originals.getOrDefault("name", "");
    String deliveryId = parsed.getString(DELIVERY_ID);
    return new SinkSettings(
        connector,
        parsed.getInt(TASK_ID),
        parsed.getInt(TASK_COUNT),
        choice(DeliveryGuarantee.class, parsed.getString(DELIVERY_GUARANTEE)),
        deliveryId.isBlank() ? connector : deliveryId,
        parsed.getInt(DELIVERY_GENERATION),
        choice(WriteMode.class, parsed.getString(WRITE_MODE)),
        namespace,
        parsed.getString(TABLE_NAME_FORMAT),
        tableMap(parsed.getList(TABLE_MAP)),
        parsed.getString(TABLE_NAME_COLLISION).equals("suffix"),
        parsed.getString(TABLE_CREATE_FORMAT),
        MetadataColumn.list(TABLE_METADATA_COLUMNS, parsed.getList(TABLE_METADATA_COLUMNS)),
        new SinkSettings.Upsert(
            parsed.getString(UPSERT_KEY).equals("record_value"),
            parsed.getList(UPSERT_KEY_FIELDS),
            parsed.getString(UPSERT_DELETE).equals("soft"),
            parsed.getString(UPSERT_DELETE_COLUMN).trim()),
        topics(originals),
        Optional.ofNullable(originals.get("topics.regex")).filter(regex -> !regex.isBlank()),
        new SinkSettings.Flush(
            parsed.getLong(FLUSH_ROWS),
            parsed.getLong(FLUSH_BYTES),
            parsed.getLong(FLUSH_INTERVAL_MS)),
        parsed.getLong(BUFFER_MAX_BYTES),
        parsed.getLong(CLOSE_TIMEOUT_MS),
        new SinkSettings.Snapshots(
            parsed.getString(SNAPSHOT_TOPIC),
            parsed.getLong(SNAPSHOT_MIN_ROWS),
            parsed.getDouble(SNAPSHOT_MAX_SHRINK_RATIO),
            parsed.getLong(SNAPSHOT_MAX_REJECTED_ROWS),
            "allow".equals(parsed.getString(SNAPSHOT_MISSING_ROWS)),
            "ignore".equals(parsed.getString(SNAPSHOT_RANGES)),
            parsed.getLong(SNAPSHOT_TIMEOUT_MS),
            parsed.getInt(SNAPSHOT_HELD_MAX),
            parsed.getLong(SNAPSHOT_STAGING_TTL_MS),
            parsed.getLong(SNAPSHOT_POLL_MS)),
        new HashSet<>(parsed.getList(SNAPSHOT_ACCEPT)));
  }

  /**
   * The rules that involve several keys, and those on keys of the framework. Expects single values
   * to be valid already; skips a rule whose keys are not.
   *
   * @param properties the connector's configuration as given
   * @param errors where each error lands on the key to change
   */
  public static void validate(Map<String, String> properties, ConfigErrors errors) {
    SinkRules.check(properties, errors);
  }

  /** The configuration of a task: the connector's, with the task's place among the tasks. */
  public static Map<String, String> forTask(Map<String, String> properties, int task, int tasks) {
    Map<String, String> config = new LinkedHashMap<>(properties);
    config.put(TASK_ID, String.valueOf(task));
    config.put(TASK_COUNT, String.valueOf(tasks));
    return config;
  }

  static Set<String> topics(Map<String, String> properties) {
    Set<String> topics = new HashSet<>();
    Arrays.stream(properties.getOrDefault("topics", "").split(",", -1))
        .map(String::trim)
        .filter(topic -> !topic.isEmpty())
        .forEach(topics::add);
    return topics;
  }

  static Map<String, String> tableMap(List<String> entries) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String entry : entries) {
      int colon = entry.indexOf(':');
      map.put(entry.substring(0, colon).trim(), entry.substring(colon + 1).trim());
    }
    return map;
  }

  static <E extends Enum<E>> E choice(Class<E> type, String value) {
    return Enum.valueOf(type, value.toUpperCase(Locale.ROOT));
  }
}
