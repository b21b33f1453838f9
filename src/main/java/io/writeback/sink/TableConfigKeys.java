package io.writeback.sink;

import static io.writeback.sink.SinkConfig.TABLE_CREATE_FORMAT;
import static io.writeback.sink.SinkConfig.TABLE_MAP;
import static io.writeback.sink.SinkConfig.TABLE_METADATA_COLUMNS;
import static io.writeback.sink.SinkConfig.TABLE_NAME_COLLISION;
import static io.writeback.sink.SinkConfig.TABLE_NAME_FORMAT;
import static io.writeback.sink.SinkConfig.UPSERT_DELETE;
import static io.writeback.sink.SinkConfig.UPSERT_DELETE_COLUMN;
import static io.writeback.sink.SinkConfig.UPSERT_KEY;
import static io.writeback.sink.SinkConfig.UPSERT_KEY_FIELDS;
import static io.writeback.sink.SinkConfig.WRITE_MODE;

import io.writeback.config.KeyGroup;
import io.writeback.config.OneOf;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/** The shared keys about tables: which one, and what is done to it. */
final class TableConfigKeys {
  private TableConfigKeys() {}

  static void define(ConfigDef def) {
    tables(new KeyGroup(def, "Tables"));
    upsert(new KeyGroup(def, "Upsert"));
  }

  private static void tables(KeyGroup keys) {
    keys.word(
        WRITE_MODE,
        "append",
        OneOf.words("append", "upsert", "overwrite", "create"),
        Importance.HIGH,
        "append adds rows; upsert keeps the last row of each key; overwrite shows one whole"
            + " snapshot; create makes a table for each snapshot.");
    keys.text(
        TABLE_NAME_FORMAT,
        "{topic}",
        "Name of the table, over {topic}, {id} (DataSet id) and {name} (DataSet name). Characters"
            + " other than letters, digits and _ become _.");
    keys.word(
        TABLE_NAME_COLLISION,
        "fail",
        OneOf.words("fail", "suffix"),
        Importance.HIGH,
        "What happens when two names become one table because of characters or case that the table"
            + " name cannot have. fail: the task stops and names both. suffix: every name that had"
            + " to be changed ends in a checksum of the original, on every task the same.");
    keys.list(
        TABLE_MAP,
        ConfigDef.LambdaValidator.with(
            TableConfigKeys::validTableMap, () -> "topic:table or DataSet id:table, …"),
        Importance.MEDIUM,
        "Tables by topic or DataSet id, such as orders:sales.orders. Wins over "
            + TABLE_NAME_FORMAT
            + ".");
    keys.list(
        TABLE_METADATA_COLUMNS,
        ConfigDef.LambdaValidator.with(
            (name, value) ->
                MetadataColumn.list(name, ((List<?>) value).stream().map(String::valueOf).toList()),
            () -> "topic, partition, offset, timestamp, inserted; each with :name"),
        Importance.MEDIUM,
        "Columns about the record itself, which tables get besides those of the value: topic,"
            + " partition, offset, timestamp (of the record) and inserted (when the sink wrote it),"
            + " such as offset or offset:_offset. Usual names: kafka_topic, kafka_partition,"
            + " kafka_offset, kafka_timestamp, inserted_at. BigQuery's rows that are appended by"
            + " storage_write exactly once have __kafka_topic, __kafka_partition and __kafka_offset"
            + " anyway: topic:__kafka_topic, partition:__kafka_partition and offset:__kafka_offset"
            + " ask for those columns, which then are the same whichever way rows are written. With"
            + " write.mode=upsert a row tells about the record that wrote it last.");
    keys.text(
        TABLE_CREATE_FORMAT,
        "{table}_{counter}",
        ConfigDef.LambdaValidator.with(
            TableConfigKeys::validCreateFormat, () -> "a name with {table} and {counter}"),
        "With write.mode=create, the name of each snapshot's table: {table} is the name that the"
            + " other keys give, {counter} the number of the snapshot, from 1.");
  }

  private static void upsert(KeyGroup keys) {
    keys.word(
        UPSERT_KEY,
        "record_key",
        OneOf.words("record_key", "record_value"),
        Importance.HIGH,
        "With write.mode=upsert, where the key of a row is found: in the record's key, or among the"
            + " fields of its value. A topic must be partitioned by it, because there is an order"
            + " within a partition only.");
    keys.list(
        UPSERT_KEY_FIELDS,
        null,
        Importance.MEDIUM,
        "Fields that make the key. Default: all fields of the record's key. A key that is no struct"
            + " gets the one name given here.");
    keys.word(
        UPSERT_DELETE,
        "hard",
        OneOf.words("hard", "soft"),
        Importance.HIGH,
        "What a record without value (a tombstone) does: hard removes the row; soft keeps it and"
            + " sets "
            + UPSERT_DELETE_COLUMN
            + ".");
    keys.text(UPSERT_DELETE_COLUMN, "deleted", "Boolean column that a soft delete sets to true.");
  }

  private static void validCreateFormat(String name, Object value) {
    String format = String.valueOf(value);
    boolean known = !format.replace("{table}", "").replace("{counter}", "").contains("{");
    if (!known || !format.contains("{table}") || !format.contains("{counter}")) {
      throw new ConfigException(
          name, value, "expected {table} and {counter} in it, such as {table}_{counter}");
    }
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
