package io.writeback.sink;

import static io.writeback.sink.SinkConfig.*;

import io.writeback.config.OneOf;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The shared keys with their defaults and their documentation. */
final class SinkConfigKeys {
  private final ConfigDef def;
  private String group;
  private int order;

  private SinkConfigKeys(ConfigDef def) {
    this.def = def;
  }

  static ConfigDef define(ConfigDef def) {
    SinkConfigKeys keys = new SinkConfigKeys(def);
    keys.delivery();
    keys.tables();
    keys.upsert();
    keys.flushing();
    keys.snapshots();
    def.defineInternal(TASK_ID, ConfigDef.Type.INT, 0, Importance.LOW);
    def.defineInternal(TASK_COUNT, ConfigDef.Type.INT, 1, Importance.LOW);
    return def;
  }

  private void delivery() {
    group("Delivery");
    word(
        DELIVERY_GUARANTEE,
        "exactly_once",
        OneOf.words("exactly_once", "at_least_once"),
        "exactly_once: each row lands once or is reported. at_least_once: a crash may land rows"
            + " again. A combination that cannot keep exactly_once is refused.");
    text(
        DELIVERY_ID,
        "",
        "Identity of this delivery in the warehouse, where its positions are kept. Default: the"
            + " connector name. Keep it when the connector is renamed.");
    number(
        DELIVERY_GENERATION,
        ConfigDef.Type.INT,
        0,
        0,
        "Raise it to start over: positions of earlier generations are ignored.");
    word(
        DELIVERY_ISOLATION,
        "connector",
        OneOf.words("connector", "worker"),
        "Where the consumer's isolation level is set. connector:"
            + " consumer.override.isolation.level=read_committed is expected in this configuration."
            + " worker: you confirm that the worker sets consumer.isolation.level=read_committed.");
  }

  private void tables() {
    group("Tables");
    word(
        WRITE_MODE,
        "append",
        OneOf.words("append", "upsert", "overwrite", "create"),
        "append adds rows; upsert keeps the last row of each key; overwrite shows one whole"
            + " snapshot; create makes a table for each snapshot.");
    text(
        TABLE_NAME_FORMAT,
        "{topic}",
        "Name of the table, over {topic}, {id} (DataSet id) and {name} (DataSet name). Characters"
            + " other than letters, digits and _ become _.");
    def.define(
        TABLE_MAP,
        ConfigDef.Type.LIST,
        List.of(),
        ConfigDef.LambdaValidator.with(
            SinkConfigKeys::validTableMap, () -> "topic:table or DataSet id:table, …"),
        Importance.MEDIUM,
        "Tables by topic or DataSet id, such as orders:sales.orders. Wins over "
            + TABLE_NAME_FORMAT
            + ".",
        group,
        order++,
        Width.LONG,
        TABLE_MAP);
  }

  private void upsert() {
    group("Upsert");
    word(
        UPSERT_KEY,
        "record_key",
        OneOf.words("record_key", "record_value"),
        "With write.mode=upsert, where the key of a row is found: in the record's key, or among the"
            + " fields of its value. A topic must be partitioned by it, because there is an order"
            + " within a partition only.");
    list(
        UPSERT_KEY_FIELDS,
        "Fields that make the key. Default: all fields of the record's key. A key that is no struct"
            + " gets the one name given here.");
    word(
        UPSERT_DELETE,
        "hard",
        OneOf.words("hard", "soft"),
        "What a record without value (a tombstone) does: hard removes the row; soft keeps it and"
            + " sets "
            + UPSERT_DELETE_COLUMN
            + ".");
    text(UPSERT_DELETE_COLUMN, "deleted", "Boolean column that a soft delete sets to true.");
  }

  private void flushing() {
    group("Flushing");
    number(FLUSH_ROWS, ConfigDef.Type.LONG, 100_000L, 1, "Rows after which a range is committed.");
    number(
        FLUSH_BYTES,
        ConfigDef.Type.LONG,
        64L << 20,
        1,
        "Encoded bytes, before compression, after which a range is committed.");
    number(
        FLUSH_INTERVAL_MS,
        ConfigDef.Type.LONG,
        60_000L,
        100,
        "Age in ms at which a range is committed.");
    number(
        BUFFER_MAX_BYTES,
        ConfigDef.Type.LONG,
        128L << 20,
        1 << 20,
        "Heap in bytes for rows of a task that are not yet durable. Above it partitions pause.");
    number(
        CLOSE_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        10_000L,
        0,
        "How long in ms a rebalance or a stop waits for a commit in flight. What is not durable by"
            + " then is read again.");
  }

  private void snapshots() {
    group("Snapshots");
    text(SNAPSHOT_TOPIC, "domo.snapshots", "Topic of the manifests. It belongs in topics.");
    number(SNAPSHOT_MIN_ROWS, ConfigDef.Type.LONG, 1L, 0, "A snapshot with fewer rows is held.");
    def.define(
        SNAPSHOT_MAX_SHRINK_RATIO,
        ConfigDef.Type.DOUBLE,
        1.0,
        ConfigDef.Range.between(0.0, 1.0),
        Importance.MEDIUM,
        "A snapshot that lost more than this part of the rows last shown is held. 1 allows all.",
        group,
        order++,
        Width.SHORT,
        SNAPSHOT_MAX_SHRINK_RATIO);
    number(
        SNAPSHOT_MAX_REJECTED_ROWS,
        ConfigDef.Type.LONG,
        0L,
        0,
        "Rejected rows up to which a snapshot is still shown.");
    word(
        SNAPSHOT_MISSING_ROWS,
        "fail",
        OneOf.words("fail", "allow"),
        "fail holds a snapshot that lost rows on the way; allow shows it as it is.");
    word(
        SNAPSHOT_RANGES,
        "use",
        OneOf.words("use", "ignore"),
        "ignore the offsets in manifests, if topics are mirrored from another cluster.");
    number(
        SNAPSHOT_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        3_600_000L,
        1000,
        "A snapshot that waits longer, in ms, raises an alarm. It never fails the task.");
    number(
        SNAPSHOT_HELD_MAX,
        ConfigDef.Type.INT,
        10,
        0,
        "Held snapshots of a table that stay staged.");
    number(
        SNAPSHOT_STAGING_TTL_MS,
        ConfigDef.Type.LONG,
        7 * 86_400_000L,
        60_000,
        "Staged rows without a manifest are dropped after this time in ms.");
    def.define(
        SNAPSHOT_ACCEPT,
        ConfigDef.Type.LIST,
        List.of(),
        Importance.LOW,
        "Ids of held snapshots that shall be shown all the same.",
        group,
        order++,
        Width.LONG,
        SNAPSHOT_ACCEPT);
    number(
        SNAPSHOT_POLL_MS,
        ConfigDef.Type.LONG,
        30_000L,
        100,
        "How often waiting snapshots are looked at.");
  }

  private void group(String name) {
    group = name;
    order = 0;
  }

  private void word(String key, String initial, OneOf words, String doc) {
    def.define(
        key,
        ConfigDef.Type.STRING,
        initial,
        words,
        Importance.HIGH,
        doc,
        group,
        order++,
        Width.MEDIUM,
        key,
        words);
  }

  private void text(String key, String initial, String doc) {
    def.define(
        key,
        ConfigDef.Type.STRING,
        initial,
        Importance.MEDIUM,
        doc,
        group,
        order++,
        Width.MEDIUM,
        key);
  }

  private void list(String key, String doc) {
    def.define(
        key,
        ConfigDef.Type.LIST,
        List.of(),
        Importance.MEDIUM,
        doc,
        group,
        order++,
        Width.LONG,
        key);
  }

  private void number(String key, ConfigDef.Type type, Object initial, Number least, String doc) {
    def.define(
        key,
        type,
        initial,
        ConfigDef.Range.atLeast(least),
        Importance.MEDIUM,
        doc,
        group,
        order++,
        Width.SHORT,
        key);
  }

  private static void validTableMap(String name, Object value) {
    for (Object entry : (List<?>) value) {
      if (!entry.toString().matches("[^:]+:[^:.]+(\\.[^:.]+)?")) {
        throw new ConfigException(
            name,
            entry,
            "expected topic:table or topic:namespace.table, with a DataSet id or topic");
      }
    }
  }
}
