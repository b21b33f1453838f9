package io.writeback.bigquery;

import io.writeback.config.KeyGroup;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/**
 * What can be said about how a table is made, under a prefix: of the usual design or of that of a
 * group.
 */
final class TableDesignKeys {
  private static final String USUAL = BigQueryTableKeys.USUAL;
  static final String FILTER = "partition.filter";
  static final String PARTITION_EXPIRATION = "partition.expiration.ms";
  private static final String PRIMARY_KEY = "primary.key";
  private static final String LABELS = "labels";
  private static final String DESCRIPTION = "description";
  private static final String EXPIRATION = "expiration.ms";
  private static final String KMS_KEY = "kms.key";
  private static final String STALENESS = "max.staleness.ms";

  private static final Pattern LABEL_NAME =
      Pattern.compile("[\\p{Ll}\\p{Lo}][\\p{Ll}\\p{Lo}\\p{N}_-]{0,62}");
  private static final Pattern LABEL_VALUE = Pattern.compile("[\\p{Ll}\\p{Lo}\\p{N}_-]{0,63}");
  private static final Pattern KMS =
      Pattern.compile("projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+");
  private static final int MOST_CLUSTERED = 4;
  private static final int MOST_KEY_COLUMNS = 16;

  private TableDesignKeys() {}

  static void define(KeyGroup keys, String prefix) {
    keys.text(
        prefix + "partition",
        "none",
        ConfigDef.LambdaValidator.with(
            (key, value) -> TablePartitioning.parse(key, String.valueOf(value)),
            () -> "none, hour, day, month, year, day(column), range(column,start,end,step)"),
        "Partitions of new tables. day: by the time at which a row came. day(created_at): by a"
            + " column of type DATE, TIMESTAMP or DATETIME; tables without the column get no"
            + " partitions. Also hour, month and year. range(id,0,1000000,1000): by ranges of an"
            + " INTEGER column. A table that is there already is left as it is, with a warning.");
    keys.flag(
        prefix + FILTER,
        false,
        "Whether queries of partitioned tables must say which partitions they read.");
    optionalMs(keys, prefix + PARTITION_EXPIRATION, "How long in ms a partition by time lives.");
    keys.list(
        prefix + "cluster",
        ConfigDef.LambdaValidator.with(
            (key, value) -> distinct(key, (List<?>) value, MOST_CLUSTERED),
            () -> "at most 4 columns"),
        Importance.MEDIUM,
        "Columns by which new tables are clustered, the most important first, at most 4; those"
            + " that a table has. Default with write.mode=upsert: the key.");
    keys.list(
        prefix + PRIMARY_KEY,
        ConfigDef.LambdaValidator.with(
            (key, value) -> distinct(key, (List<?>) value, MOST_KEY_COLUMNS),
            () -> "at most 16 columns"),
        Importance.LOW,
        "Primary key of new tables that have all of these columns, not enforced: it helps the"
            + " optimiser. With write.mode=upsert it is the key of the records.");
    keys.list(
        prefix + LABELS,
        ConfigDef.LambdaValidator.with(
            (key, value) -> labels(key, (List<?>) value), () -> "name:value, …"),
        Importance.LOW,
        "Labels of tables that this connector has made, such as team:sales.");
    keys.text(prefix + DESCRIPTION, "", "Description of tables that this connector has made.");
    optionalMs(
        keys,
        prefix + EXPIRATION,
        "How long in ms a table lives that this connector has made, from then on: BigQuery drops it"
            + " afterwards, with its rows.");
    keys.text(
        prefix + KMS_KEY,
        "",
        ConfigDef.LambdaValidator.with(
            TableDesignKeys::validKms, () -> "projects/…/locations/…/keyRings/…/cryptoKeys/…"),
        "Key of Cloud KMS for all that this connector makes: tables, staging and its own books. It"
            + " lies in the location of the dataset, and BigQuery's service agent needs"
            + " roles/cloudkms.cryptoKeyEncrypterDecrypter on it.");
    keys.number(
        prefix + STALENESS,
        ConfigDef.Type.LONG,
        -1L,
        ConfigDef.Range.between(-1, 86_400_000L),
        "With write.mode=upsert by storage_write: how old in ms an answer of the table may be, up to"
            + " a day. BigQuery applies changes in the background as often, and a query only needs"
            + " to when that is longer ago. Set again when this changes. -1: as it is.");
  }

  private static void optionalMs(KeyGroup keys, String key, String doc) {
    keys.number(key, ConfigDef.Type.LONG, -1L, -1, doc + " -1: unset.");
  }

  static ConfigDef usual() {
    ConfigDef def = new ConfigDef();
    define(new KeyGroup(def, ""), USUAL);
    return def;
  }

  static TableDesign design(Map<String, String> properties) {
    AbstractConfig config = new AbstractConfig(usual(), properties, false);
    return new TableDesign(
        TablePartitioning.parse(
            BigQueryTableKeys.PARTITION, config.getString(BigQueryTableKeys.PARTITION)),
        config.getBoolean(USUAL + FILTER),
        present(config.getLong(USUAL + PARTITION_EXPIRATION)),
        trimmed(config.getList(BigQueryTableKeys.CLUSTER)),
        trimmed(config.getList(USUAL + PRIMARY_KEY)),
        labels(USUAL + LABELS, config.getList(USUAL + LABELS)),
        Optional.of(config.getString(USUAL + DESCRIPTION)).filter(text -> !text.isBlank()),
        present(config.getLong(USUAL + EXPIRATION)),
        Optional.of(config.getString(USUAL + KMS_KEY).trim()).filter(text -> !text.isEmpty()),
        present(config.getLong(BigQueryTableKeys.MAX_STALENESS_MS)));
  }

  private static Optional<Long> present(long ms) {
    return ms < 0 ? Optional.empty() : Optional.of(ms);
  }

  static List<String> trimmed(List<String> names) {
    return names.stream().map(String::trim).toList();
  }

  private static void distinct(String key, List<?> names, int most) {
    Set<String> seen = new HashSet<>();
    for (Object name : names) {
      if (!seen.add(name.toString().trim().toLowerCase(java.util.Locale.ROOT))) {
        throw new ConfigException(key, name, "names the column twice");
      }
    }
    if (seen.size() > most) {
      throw new ConfigException(
          key, names, "names " + seen.size() + " columns, BigQuery takes " + most);
    }
  }

  private static Map<String, String> labels(String key, List<?> entries) {
    Map<String, String> labels = new TreeMap<>();
    for (Object entry : entries) {
      String[] parts = entry.toString().trim().split(":", 2);
      String value = parts.length == 2 ? parts[1].trim() : "";
      if (!LABEL_NAME.matcher(parts[0].trim()).matches()
          || !LABEL_VALUE.matcher(value).matches()
          || parts[0].startsWith("writeback")) {
        throw new ConfigException(
            key,
            entry,
            "expected name:value of lower-case letters, digits, _ and -, at most 63 each; names"
                + " begin with a letter, and writeback… are the connector's own");
      }
      labels.put(parts[0].trim(), value);
    }
    return labels;
  }

  private static void validKms(String key, Object value) {
    String text = String.valueOf(value).trim();
    if (!text.isEmpty() && !KMS.matcher(text).matches()) {
      throw new ConfigException(
          key,
          value,
          "expected projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>,"
              + " without a version");
    }
  }
}
