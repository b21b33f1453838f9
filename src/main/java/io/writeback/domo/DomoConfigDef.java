package io.writeback.domo;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The settings of the Domo source: names, types, defaults, groups, documentation. */
final class DomoConfigDef {
  static final String CLIENT_ID = "domo.client.id";
  static final String CLIENT_SECRET = "domo.client.secret";
  static final String API_URL = "domo.api.url";
  static final String AUTH_GRACE_MS = "domo.auth.grace.ms";
  static final String CONNECT_TIMEOUT_MS = "domo.connect.timeout.ms";
  static final String READ_TIMEOUT_MS = "domo.read.timeout.ms";
  static final String REQUEST_TIMEOUT_MS = "domo.request.timeout.ms";
  static final String DOWNLOAD_TIMEOUT_MS = "domo.download.timeout.ms";
  static final String RETRY_BACKOFF_MS = "domo.retry.backoff.ms";
  static final String RETRY_BACKOFF_MAX_MS = "domo.retry.backoff.max.ms";
  static final String PROXY_URL = "domo.proxy.url";
  static final String PROXY_USER = "domo.proxy.user";
  static final String PROXY_PASSWORD = "domo.proxy.password";
  static final String DATASETS = "domo.datasets";
  static final String INCLUDE = "domo.dataset.include";
  static final String EXCLUDE = "domo.dataset.exclude";
  static final String MODE = "domo.mode";
  static final String POLL_INTERVAL_MS = "domo.poll.interval.ms";
  static final String DISCOVERY_INTERVAL_MS = "domo.discovery.interval.ms";
  static final String REFRESH_INTERVAL_MS = "domo.refresh.interval.ms";
  static final String SETTLE_MAX_MS = "domo.settle.max.ms";
  static final String MIN_ROWS = "snapshot.min.rows";
  static final String MAX_SHRINK_RATIO = "snapshot.max.shrink.ratio";
  static final String SCHEMA_CHANGE = "domo.schema.change";
  static final String TOPIC_FORMAT = "domo.topic.format";
  static final String SNAPSHOT_TOPIC = "snapshot.topic";
  static final String KEY_COLUMNS = "domo.key.columns";
  static final String FIELD_NAMES = "domo.field.names";
  static final String DECIMAL_HANDLING = "domo.decimal.handling";
  static final String DECIMAL_SCALE = "domo.decimal.scale";
  static final String NULL_TEXT = "domo.null.text";
  static final String BATCH_MAX_ROWS = "domo.batch.max.rows";
  static final String BATCH_MAX_BYTES = "domo.batch.max.bytes";
  static final String DROPPED_ROWS = "domo.dropped.rows";
  static final String VALIDATION_CONNECT = "validation.connect";

  /** Written by the connector for its tasks; not for users. */
  static final String TASK_INDEX = "writeback.task.index";

  static final String TASK_COUNT = "writeback.task.count";

  private static final long MINUTE_MS = 60_000;

  private final ConfigDef def = new ConfigDef();
  private String group = "";
  private int order;

  private DomoConfigDef() {}

  static ConfigDef create() {
    DomoConfigDef d = new DomoConfigDef();
    d.domo();
    d.datasets();
    d.snapshots();
    d.records();
    SelectionKeys.define(d);
    OperationKeys.define(d);
    d.network();
    DomoApiKeys.define(d.def);
    d.def.defineInternal(TASK_INDEX, ConfigDef.Type.INT, 0, Importance.LOW);
    d.def.defineInternal(TASK_COUNT, ConfigDef.Type.INT, 1, Importance.LOW);
    return d.def;
  }

  private void domo() {
    group("Domo");
    required(
        CLIENT_ID, ConfigDef.Type.STRING, ConfigRules.NOT_BLANK, "Client id (developer.domo.com).");
    required(
        CLIENT_SECRET,
        ConfigDef.Type.PASSWORD,
        null,
        "Client secret. Use a config provider, such as ${file:/secrets/domo.properties:secret}.");
    with(
        API_URL, ConfigDef.Type.STRING, "https://api.domo.com", ConfigRules.API_URL, "Domo's API.");
    ms(AUTH_GRACE_MS, 10 * MINUTE_MS, "Refused credentials fail the task after this time.");
    with(
        VALIDATION_CONNECT,
        ConfigDef.Type.BOOLEAN,
        true,
        null,
        "Whether validation logs in to Domo and looks for the DataSets.");
  }

  private void datasets() {
    group("DataSets");
    with(
        DATASETS,
        ConfigDef.Type.LIST,
        List.of(),
        ConfigRules.DATASETS,
        "DataSets to read: GUIDs, each with an optional alias, as in <guid>:orders.");
    with(
        INCLUDE,
        ConfigDef.Type.LIST,
        List.of(),
        ConfigRules.PATTERNS,
        "Regular expressions. DataSets whose whole name matches one are read too; new ones are"
            + " found while running.");
    with(
        EXCLUDE,
        ConfigDef.Type.LIST,
        List.of(),
        ConfigRules.PATTERNS,
        "Regular expressions. DataSets whose whole name matches one are not found by "
            + INCLUDE
            + ".");
    choice(
        MODE,
        "snapshot",
        "snapshot: every new version is sent whole. incremental: new and changed rows are read by a"
            + " cursor column, without manifests. snapshot+incremental: one version whole, then new"
            + " rows by their cursor; nothing in between is lost.",
        "snapshot",
        "incremental",
        "snapshot+incremental");
    ms(POLL_INTERVAL_MS, MINUTE_MS, "How often to look for new versions.");
    ms(DISCOVERY_INTERVAL_MS, 10 * MINUTE_MS, "How often to list all DataSets.");
    ms0(
        REFRESH_INTERVAL_MS,
        0,
        "An unchanged DataSet is sent again after this time, for sinks that start late; keep it"
            + " below the topic's retention. 0 for never.");
  }

  private void snapshots() {
    group("Snapshots");
    ms0(
        SETTLE_MAX_MS,
        15 * MINUTE_MS,
        "How long Domo's data may follow its metadata. A new version with old content is read again"
            + " until then, and counts as unchanged after it. A version with new content is sent at"
            + " once, and, if it is younger than this, downloaded once more at that age, because"
            + " the content may have been that of a version before it; it is sent again only if"
            + " it is another by then. That is one more download for each version, and one after"
            + " each start, as nothing tells whether it was done before; 0 saves them where data"
            + " never lags. Ages count by the worker's clock.");
    with(
        MIN_ROWS,
        ConfigDef.Type.LONG,
        1L,
        ConfigDef.Range.atLeast(0),
        "A version with fewer rows is held back. 0 lets empty DataSets through.");
    with(
        MAX_SHRINK_RATIO,
        ConfigDef.Type.DOUBLE,
        1.0,
        ConfigDef.Range.between(0.0, 1.0),
        "A version that lost more than this part of the rows of the last one is held back. 1 lets"
            + " every version through.");
    choice(
        SCHEMA_CHANGE,
        "evolve",
        "evolve sends versions with other columns, fail holds them back.",
        "evolve",
        "fail");
  }

  private void records() {
    group("Records");
    with(
        TOPIC_FORMAT,
        ConfigDef.Type.STRING,
        "domo.{alias}",
        ConfigRules.NOT_BLANK,
        "Topic of a DataSet, over {alias} (the GUID without one), {id} and {name}.");
    with(
        SNAPSHOT_TOPIC,
        ConfigDef.Type.STRING,
        "domo.snapshots",
        ConfigRules.NOT_BLANK,
        "Topic of the manifests. One partition, cleanup.policy=compact.");
    with(
        KEY_COLUMNS,
        ConfigDef.Type.STRING,
        "",
        ConfigRules.KEY_COLUMNS,
        "Columns that make the record key, for each DataSet by GUID or alias, as in"
            + " orders: o_orderkey; lineitem: l_orderkey, l_linenumber");
    choice(
        FIELD_NAMES,
        "safe",
        "safe makes column names fit for Avro and refuses collisions, as.is keeps them.",
        "safe",
        "as.is");
    choice(DECIMAL_HANDLING, "precise", "Form of DECIMAL columns.", "precise", "double", "string");
    with(
        DECIMAL_SCALE,
        ConfigDef.Type.INT,
        9,
        ConfigDef.Range.between(0, 38),
        "Decimals of precise DECIMAL columns; a value with more is refused, never rounded.");
    with(
        NULL_TEXT,
        ConfigDef.Type.STRING,
        "",
        null,
        "A cell of the export without quotes that means null, beside the empty one; such as \\N.");
    with(
        BATCH_MAX_ROWS,
        ConfigDef.Type.INT,
        5000,
        ConfigDef.Range.atLeast(1),
        "Rows of one poll, which is one Kafka transaction.");
    with(
        BATCH_MAX_BYTES,
        ConfigDef.Type.LONG,
        8L << 20,
        ConfigDef.Range.atLeast(1024),
        "About the bytes of one poll.");
    choice(
        DROPPED_ROWS,
        "fail",
        "What to do when transforms or converters drop rows: fail holds the DataSet, allow counts"
            + " them in the manifest. Rows read by a cursor have no manifest, and the offset has"
            + " passed a dropped row when that is reported: fail then holds the DataSet until the"
            + " task restarts, and the warning says to which offset to set it back to read the rows"
            + " again; without that, a restart goes on behind them.",
        "fail",
        "allow");
  }

  private void network() {
    group("Network");
    ms(CONNECT_TIMEOUT_MS, 10_000, "Until a connection to Domo stands.");
    ms(READ_TIMEOUT_MS, MINUTE_MS, "The longest silence of Domo.");
    ms(REQUEST_TIMEOUT_MS, 2 * MINUTE_MS, "The longest call, other than an export.");
    ms(DOWNLOAD_TIMEOUT_MS, 360 * MINUTE_MS, "The longest export.");
    ms(RETRY_BACKOFF_MS, 2_000, "The first wait after a failure; it doubles from there.");
    ms(RETRY_BACKOFF_MAX_MS, 10 * MINUTE_MS, "The longest wait after a failure.");
    with(
        PROXY_URL,
        ConfigDef.Type.STRING,
        "",
        ConfigRules.PROXY_URL,
        "HTTP proxy, http://host:port.");
    with(PROXY_USER, ConfigDef.Type.STRING, "", null, "User at the proxy.");
    with(PROXY_PASSWORD, ConfigDef.Type.PASSWORD, "", null, "Password at the proxy.");
  }

  void group(String name) {
    group = name;
    order = 0;
  }

  private void ms(String name, long value, String doc) {
    with(name, ConfigDef.Type.LONG, value, ConfigDef.Range.atLeast(1), doc + " Milliseconds.");
  }

  void ms0(String name, long value, String doc) {
    with(name, ConfigDef.Type.LONG, value, ConfigDef.Range.atLeast(0), doc + " Milliseconds.");
  }

  void choice(String name, String value, String doc, String... values) {
    with(name, ConfigDef.Type.STRING, value, ConfigDef.ValidString.in(values), doc);
  }

  private void required(String name, ConfigDef.Type type, ConfigDef.Validator rule, String doc) {
    with(name, type, ConfigDef.NO_DEFAULT_VALUE, rule, doc);
  }

  void with(String name, ConfigDef.Type type, Object value, ConfigDef.Validator rule, String doc) {
    Importance importance =
        value == ConfigDef.NO_DEFAULT_VALUE ? Importance.HIGH : Importance.MEDIUM;
    def.define(name, type, value, rule, importance, doc, group, ++order, Width.MEDIUM, name);
  }
}
