package io.writeback.sink;

import static io.writeback.sink.SinkConfig.*;

import io.writeback.config.KeyGroup;
import io.writeback.config.OneOf;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** The shared keys with their defaults and their documentation. */
final class SinkConfigKeys {
  private final ConfigDef def;

  private SinkConfigKeys(ConfigDef def) {
    this.def = def;
  }

  static ConfigDef define(ConfigDef def) {
    SinkConfigKeys keys = new SinkConfigKeys(def);
    keys.delivery();
    TableConfigKeys.define(def);
    keys.flushing();
    keys.snapshots();
    def.defineInternal(TASK_ID, ConfigDef.Type.INT, 0, Importance.LOW);
    def.defineInternal(TASK_COUNT, ConfigDef.Type.INT, 1, Importance.LOW);
    return def;
  }

  private void delivery() {
    KeyGroup keys = new KeyGroup(def, "Delivery");
    keys.word(
        DELIVERY_GUARANTEE,
        "exactly_once",
        OneOf.words("exactly_once", "at_least_once"),
        Importance.HIGH,
        "exactly_once: each row lands once or is reported. at_least_once: a crash may land rows"
            + " again. A combination that cannot keep exactly_once is refused.");
    keys.text(
        DELIVERY_ID,
        "",
        "Identity of this delivery in the warehouse, where its positions are kept. Default: the"
            + " connector name. Keep it when the connector is renamed.");
    keys.number(
        DELIVERY_GENERATION,
        ConfigDef.Type.INT,
        0,
        0,
        "Raise it to start over: positions of earlier generations are ignored.");
    keys.word(
        DELIVERY_ISOLATION,
        "connector",
        OneOf.words("connector", "worker"),
        Importance.HIGH,
        "Where the consumer's isolation level is set. connector:"
            + " consumer.override.isolation.level=read_committed is expected in this configuration."
            + " worker: you confirm that the worker sets consumer.isolation.level=read_committed.");
  }

  private void flushing() {
    KeyGroup keys = new KeyGroup(def, "Flushing");
    keys.number(
        FLUSH_ROWS, ConfigDef.Type.LONG, 100_000L, 1, "Rows after which a range is committed.");
    keys.number(
        FLUSH_BYTES,
        ConfigDef.Type.LONG,
        64L << 20,
        1,
        "Encoded bytes, before compression, after which a range is committed.");
    keys.number(
        FLUSH_INTERVAL_MS,
        ConfigDef.Type.LONG,
        60_000L,
        100,
        "Age in ms at which a range is committed.");
    keys.number(
        BUFFER_MAX_BYTES,
        ConfigDef.Type.LONG,
        128L << 20,
        1 << 20,
        "Heap in bytes for rows of a task that are not yet durable. Above it partitions pause.");
    keys.number(
        CLOSE_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        10_000L,
        0,
        "How long in ms a rebalance or a stop waits for a commit in flight. What is not durable by"
            + " then is read again.");
  }

  private void snapshots() {
    KeyGroup keys = new KeyGroup(def, "Snapshots");
    keys.text(SNAPSHOT_TOPIC, "domo.snapshots", "Topic of the manifests. It belongs in topics.");
    keys.number(
        SNAPSHOT_MIN_ROWS, ConfigDef.Type.LONG, 1L, 0, "A snapshot with fewer rows is held.");
    keys.number(
        SNAPSHOT_MAX_SHRINK_RATIO,
        ConfigDef.Type.DOUBLE,
        1.0,
        ConfigDef.Range.between(0.0, 1.0),
        "A snapshot that lost more than this part of the rows last shown is held. 1 allows all.");
    keys.number(
        SNAPSHOT_MAX_REJECTED_ROWS,
        ConfigDef.Type.LONG,
        0L,
        0,
        "Rejected rows up to which a snapshot is still shown.");
    keys.word(
        SNAPSHOT_MISSING_ROWS,
        "fail",
        OneOf.words("fail", "allow"),
        Importance.HIGH,
        "fail holds a snapshot that lost rows on the way; allow shows it as it is.");
    keys.word(
        SNAPSHOT_RANGES,
        "use",
        OneOf.words("use", "ignore"),
        Importance.HIGH,
        "ignore the offsets in manifests, if topics are mirrored from another cluster.");
    keys.number(
        SNAPSHOT_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        3_600_000L,
        1000,
        "A snapshot that waits longer, in ms, raises an alarm. It never fails the task.");
    keys.number(
        SNAPSHOT_HELD_MAX,
        ConfigDef.Type.INT,
        10,
        0,
        "Held snapshots of a table that stay staged.");
    keys.number(
        SNAPSHOT_STAGING_TTL_MS,
        ConfigDef.Type.LONG,
        7 * 86_400_000L,
        60_000,
        "Staged rows without a manifest are dropped after this time in ms.");
    keys.list(
        SNAPSHOT_ACCEPT,
        null,
        Importance.LOW,
        "Ids of held snapshots that shall be shown all the same.");
    keys.number(
        SNAPSHOT_POLL_MS,
        ConfigDef.Type.LONG,
        30_000L,
        100,
        "How often waiting snapshots are looked at.");
  }
}
