package io.writeback.bigquery;

import io.writeback.bigquery.BigQuerySettings.Changes;
import io.writeback.bigquery.BigQuerySettings.Streaming;
import io.writeback.bigquery.BigQuerySettings.Tables;
import io.writeback.bigquery.BigQuerySettings.WriteMethod;
import io.writeback.config.OneOf;
import io.writeback.sink.SinkConfig;
import io.writeback.sink.SinkSettings;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The configuration of the BigQuery sink, parsed. */
final class BigQuerySinkConfig extends AbstractConfig {
  static final String PROJECT = "bigquery.project";
  static final String DATASET = "bigquery.dataset";
  static final String LOCATION = "bigquery.location";
  static final String WRITE_METHOD = "bigquery.write.method";
  static final String ENDPOINT = "bigquery.endpoint";
  static final String GRPC_ENDPOINT = "bigquery.grpc.endpoint";
  static final String REQUEST_TIMEOUT_MS = "bigquery.request.timeout.ms";
  static final String JOB_TIMEOUT_MS = "bigquery.job.timeout.ms";
  static final String APPEND_BYTES = "bigquery.append.bytes";
  static final String IN_FLIGHT_BYTES = "bigquery.append.in.flight.bytes";
  static final String MARK_INTERVAL_MS = "bigquery.mark.interval.ms";
  static final String VISIBLE_WITHIN_MS = "bigquery.visible.within.ms";
  static final String FLOAT_SPECIAL = "bigquery.float.special";
  static final String MAP = "bigquery.map";
  static final String DECIMAL = "bigquery.decimal";
  static final String UPSERT_SEQUENCE = "bigquery.upsert.sequence";
  static final String UPSERT_PARTITIONS = "bigquery.upsert.partitions";
  static final String VALIDATION_CONNECT = "validation.connect";

  private static final String GROUP = "BigQuery";

  BigQuerySinkConfig(Map<String, String> properties) {
    super(definition(), withDefaults(properties), false);
  }

  /** A stream is there for rows to be seen soon; a load job has a quota to live with. */
  private static Map<String, String> withDefaults(Map<String, String> properties) {
    if (!"storage_write".equals(properties.get(WRITE_METHOD))
        || properties.get(SinkConfig.FLUSH_INTERVAL_MS) != null) {
      return properties;
    }
    Map<String, String> more = new HashMap<>(properties);
    more.put(SinkConfig.FLUSH_INTERVAL_MS, "1000");
    return more;
  }

  /** All keys, in the order in which a user meets them. */
  static ConfigDef definition() {
    ConfigDef def = new ConfigDef();
    text(def, PROJECT, ConfigDef.NO_DEFAULT_VALUE, "Project of the dataset; its jobs run there.");
    text(
        def,
        DATASET,
        ConfigDef.NO_DEFAULT_VALUE,
        "Dataset of the tables, and of the tables __wb_… that positions are kept in. It must"
            + " exist.");
    text(def, LOCATION, "", "Location of the dataset, such as EU. Default: the service is asked.");
    LoginKeys.define(def);
    word(
        def,
        WRITE_METHOD,
        "load_job",
        OneOf.words("load_job", "storage_write", "insert_all"),
        "load_job: free loads, every table at most 1,500 times a day; with write.mode=upsert rows"
            + " are loaded beside their table and merged, which is a query that reads the table."
            + " storage_write: streaming, rows are there within seconds (flush.interval.ms is 1000"
            + " unless it is given); with exactly_once each row carries its Kafka coordinates in columns __kafka_…; with write.mode=upsert it uses"
            + " BigQuery's change data capture. insert_all: the older streaming API, at_least_once"
            + " only.");
    text(
        def,
        ENDPOINT,
        BigQueryClients.PUBLIC_ENDPOINT,
        "Root URL of the REST API: for private endpoints and local ones.");
    text(def, GRPC_ENDPOINT, "", "host:port of the Storage Write API. Default: the public one.");
    add(
        def,
        REQUEST_TIMEOUT_MS,
        Type.INT,
        120_000,
        Range.atLeast(100),
        "How long in ms one request may go without an answer.");
    add(
        def,
        JOB_TIMEOUT_MS,
        Type.LONG,
        600_000L,
        Range.atLeast(100),
        "How long in ms a job is waited for at a time. It goes on all the same and is asked for"
            + " again.");
    add(
        def,
        APPEND_BYTES,
        Type.INT,
        1 << 20,
        Range.between(1 << 10, 10 << 20),
        "Rows up to this size in bytes share a request of storage_write. A larger row travels"
            + " alone, up to the 20 MB that the service takes.");
    add(
        def,
        IN_FLIGHT_BYTES,
        Type.LONG,
        16L << 20,
        Range.atLeast(1 << 10),
        "Bytes of rows of one partition and table that may be under way without an answer.");
    add(
        def,
        MARK_INTERVAL_MS,
        Type.LONG,
        30_000L,
        Range.atLeast(0),
        "How often in ms storage_write notes its positions in the ledger. After a crash the rows"
            + " since the last note are looked for in the table, not written again.");
    add(
        def,
        VISIBLE_WITHIN_MS,
        Type.LONG,
        300_000L,
        Range.atLeast(0),
        "How long in ms a task waits after a crash until the table shows the rows that BigQuery has"
            + " counted; then it fails, rather than write a row twice.");
    word(
        def,
        FLOAT_SPECIAL,
        "keep",
        OneOf.words("keep", "null", "reject"),
        "NaN and infinities in FLOAT64 columns, and in JSON made of maps: keep them (in JSON as"
            + " text), write NULL, or reject their rows. An array keeps no NULL, so with null a row"
            + " that has them in an array is rejected.");
    word(
        def,
        MAP,
        "records",
        OneOf.words("records", "json", "fail"),
        "Maps: records, a repeated record with key and value; json, a JSON column; fail, reject"
            + " their rows. An object without schema is a struct, not a map.");
    word(
        def,
        DECIMAL,
        "auto",
        OneOf.words("auto", "bignumeric"),
        "Type of a new column of decimals. auto: NUMERIC, or BIGNUMERIC if the schema declares more"
            + " than 9 digits after the point or, by its parameter connect.decimal.precision, more"
            + " than 29 before it; without that parameter, if one of the first values is beyond"
            + " NUMERIC. bignumeric: always BIGNUMERIC. A decimal that its column cannot hold is"
            + " never rounded: its row is errant, or with "
            + BigQueryTableKeys.TYPE_CHANGE
            + "=column it goes to the BIGNUMERIC column beside.");
    add(
        def,
        UPSERT_SEQUENCE,
        Type.STRING,
        "offset",
        ConfigDef.LambdaValidator.with(
            BigQuerySinkConfig::validSequence,
            () -> "offset, timestamp, field:<name> or header:<name>"),
        "What orders the changes of a key with write.mode=upsert by storage_write. offset: their place in the"
            + " partition; one topic per table, whose number of partitions is fixed and stated in "
            + UPSERT_PARTITIONS
            + ". timestamp: the time of the record. field:<name>, header:<name>: a number, such as a"
            + " version or a time, in the value or in a header.");
    add(
        def,
        UPSERT_PARTITIONS,
        Type.INT,
        0,
        Range.atLeast(0),
        "Partitions of each topic, if offset orders changes: a key must not move to another"
            + " partition.");
    add(
        def,
        VALIDATION_CONNECT,
        Type.BOOLEAN,
        true,
        null,
        "Whether validation tries the connection, the credentials and the permissions.");
    BucketKeys.define(def);
    BigQueryTableKeys.define(def);
    SqlKeys.define(def);
    return SinkConfig.define(def);
  }

  SinkSettings sink() {
    return SinkConfig.settings(this, getString(DATASET));
  }

  BigQuerySettings bigQuery() {
    return new BigQuerySettings(
        getString(PROJECT),
        getString(DATASET),
        optional(getString(LOCATION)),
        getString(ENDPOINT).trim(),
        optional(getString(GRPC_ENDPOINT)),
        LoginKeys.login(this),
        LoginKeys.proxy(this),
        getInt(REQUEST_TIMEOUT_MS),
        getLong(JOB_TIMEOUT_MS),
        WriteMethod.valueOf(getString(WRITE_METHOD).toUpperCase(Locale.ROOT)),
        new Streaming(
            getInt(APPEND_BYTES),
            getLong(IN_FLIGHT_BYTES),
            getLong(MARK_INTERVAL_MS),
            getLong(VISIBLE_WITHIN_MS),
            new RowShape.Rules(
                RowShape.Maps.valueOf(getString(MAP).toUpperCase(Locale.ROOT)),
                RowShape.Decimals.valueOf(getString(DECIMAL).toUpperCase(Locale.ROOT)),
                TypeChange.of(getString(BigQueryTableKeys.TYPE_CHANGE)),
                FloatPolicy.valueOf(getString(FLOAT_SPECIAL).toUpperCase(Locale.ROOT)),
                ColumnNaming.valueOf(
                    getString(BigQueryTableKeys.COLUMN_NAMES).toUpperCase(Locale.ROOT)),
                RecordFacts.NONE)),
        new Changes(getString(UPSERT_SEQUENCE), getInt(UPSERT_PARTITIONS)),
        new Tables(
            BigQueryTableKeys.designs(originalsStrings()),
            getString(BigQueryTableKeys.REQUIRED_COLUMNS).equals("relax"),
            TypeChange.of(getString(BigQueryTableKeys.TYPE_CHANGE))),
        new BigQuerySettings.UserSql(SqlKeys.hooks(this), SqlKeys.views(this)),
        BucketKeys.bucket(this),
        Routing.fingerprint(originalsStrings()));
  }

  boolean validationConnects() {
    return getBoolean(VALIDATION_CONNECT);
  }

  private static void validSequence(String name, Object value) {
    if (!String.valueOf(value).matches("offset|timestamp|(field|header):.+")) {
      throw new ConfigException(
          name, value, "expected offset, timestamp, field:<name> or header:<name>");
    }
  }

  private static Optional<String> optional(String text) {
    return Optional.of(text.trim()).filter(t -> !t.isEmpty());
  }

  private static void text(ConfigDef def, String key, Object initial, String doc) {
    add(def, key, Type.STRING, initial, null, doc);
  }

  private static void word(ConfigDef def, String key, String initial, OneOf words, String doc) {
    def.define(
        key,
        Type.STRING,
        initial,
        words,
        Importance.HIGH,
        doc,
        GROUP,
        def.names().size(),
        Width.MEDIUM,
        key,
        words);
  }

  private static void add(
      ConfigDef def,
      String key,
      Type type,
      Object initial,
      ConfigDef.Validator validator,
      String doc) {
    def.define(
        key,
        type,
        initial,
        validator,
        Importance.HIGH,
        doc,
        GROUP,
        def.names().size(),
        Width.MEDIUM,
        key);
  }
}
