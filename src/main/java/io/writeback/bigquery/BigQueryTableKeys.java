package io.writeback.bigquery;

import io.writeback.config.ConfigErrors;
import io.writeback.config.KeyGroup;
import io.writeback.config.OneOf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/**
 * The keys about how tables are made, usually and for groups of tables. Groups work as those of
 * Connect's {@code topic.creation.groups}.
 */
final class BigQueryTableKeys {
  private static final String USUAL = "bigquery.table.";
  private static final String GROUP = "bigquery.table.group.";
  private static final String INCLUDE = "include";

  static final String PARTITION = USUAL + "partition";
  static final String PARTITION_FILTER = USUAL + "partition.filter";
  static final String CLUSTER = USUAL + "cluster";
  static final String GROUPS = USUAL + "groups";
  static final String TYPE_CHANGE = "bigquery.type.change";
  static final String REQUIRED_COLUMNS = "bigquery.required.columns";
  static final String MAX_STALENESS_MS = USUAL + "max.staleness.ms";

  private static final String FILTER = "partition.filter";
  private static final String PARTITION_EXPIRATION = "partition.expiration.ms";
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

  private BigQueryTableKeys() {}

  static void define(ConfigDef def) {
    KeyGroup keys = new KeyGroup(def, "Tables of BigQuery");
    keys.word(
        TYPE_CHANGE,
        "rows",
        OneOf.words("rows", "fail", "column"),
        "What happens when the records bring a type that a column cannot hold exactly. rows: values"
            + " that the column can take all the same are written, rows with others are errant."
            + " fail: the task stops before it writes any. column: the values go to a new column,"
            + " named <column>__<type>.");
    keys.word(
        REQUIRED_COLUMNS,
        "keep",
        OneOf.words("keep", "relax"),
        "What happens to a REQUIRED column of an existing table that the records need not have."
            + " keep: rows without a value are errant. relax: it becomes NULLABLE.");
    design(new KeyGroup(def, "New tables of BigQuery"), USUAL);
    new KeyGroup(def, "New tables of BigQuery, by group")
        .list(
            GROUPS,
            ConfigDef.LambdaValidator.with(BigQueryTableKeys::validGroups, () -> "names, …"),
            Importance.MEDIUM,
            "Names of groups of tables that are made in another way, such as big. "
                + GROUP
                + "big.include is a regular expression that the whole name of a table matches, as"
                + " table or dataset.table; the first group counts. "
                + GROUP
                + "big.partition, .partition.filter, .partition.expiration.ms, .cluster,"
                + " .primary.key, .labels, .description, .expiration.ms, .kms.key and"
                + " .max.staleness.ms take the place of the usual ones.");
  }

  private static void design(KeyGroup keys, String prefix) {
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
            BigQueryTableKeys::validKms, () -> "projects/…/locations/…/keyRings/…/cryptoKeys/…"),
        "Key of Cloud KMS for all that this connector makes: tables, staging and its own books. It"
            + " lies in the location of the dataset, and BigQuery's service agent needs"
            + " roles/cloudkms.cryptoKeyEncrypterDecrypter on it.");
    optionalMs(
        keys,
        prefix + STALENESS,
        "With write.mode=upsert by storage_write: how old in ms an answer of the table may be."
            + " BigQuery applies changes in the background as often, and a query only needs to when"
            + " that is longer ago. Default: as it is. Set again when this changes.");
  }

  private static void optionalMs(KeyGroup keys, String key, String doc) {
    keys.number(key, ConfigDef.Type.LONG, -1L, -1, doc + " -1: unset.");
  }

  /** The designs of a configuration that has no {@link #check errors}. */
  static TableDesigns designs(Map<String, String> properties) {
    List<TableDesigns.Group> groups = new ArrayList<>();
    for (String name : groupNames(properties)) {
      groups.add(
          new TableDesigns.Group(
              name,
              Pattern.compile(properties.getOrDefault(GROUP + name + "." + INCLUDE, "")),
              design(merged(properties, GROUP + name + "."))));
    }
    return new TableDesigns(design(merged(properties, USUAL)), groups);
  }

  /** The options under a prefix, in the place of the usual ones, by their usual names. */
  private static Map<String, String> merged(Map<String, String> properties, String prefix) {
    Map<String, String> merged = new LinkedHashMap<>();
    for (String key : usual().names()) {
      String own = properties.get(prefix + key.substring(USUAL.length()));
      String value = own == null ? properties.get(key) : own;
      if (value != null) {
        merged.put(key, value);
      }
    }
    return merged;
  }

  private static ConfigDef usual() {
    ConfigDef def = new ConfigDef();
    design(new KeyGroup(def, ""), USUAL);
    return def;
  }

  private static TableDesign design(Map<String, String> properties) {
    AbstractConfig config = new AbstractConfig(usual(), properties, false);
    return new TableDesign(
        TablePartitioning.parse(PARTITION, config.getString(PARTITION)),
        config.getBoolean(PARTITION_FILTER),
        present(config.getLong(USUAL + PARTITION_EXPIRATION)),
        trimmed(config.getList(CLUSTER)),
        trimmed(config.getList(USUAL + PRIMARY_KEY)),
        labels(USUAL + LABELS, config.getList(USUAL + LABELS)),
        Optional.of(config.getString(USUAL + DESCRIPTION)).filter(text -> !text.isBlank()),
        present(config.getLong(USUAL + EXPIRATION)),
        Optional.of(config.getString(USUAL + KMS_KEY).trim()).filter(text -> !text.isEmpty()),
        present(config.getLong(MAX_STALENESS_MS)));
  }

  private static Optional<Long> present(long ms) {
    return ms < 0 ? Optional.empty() : Optional.of(ms);
  }

  private static List<String> trimmed(List<String> names) {
    return names.stream().map(String::trim).toList();
  }

  /** Errors of the groups, and those between keys, each on the key to change. */
  static void check(Map<String, String> properties, ConfigErrors errors) {
    boolean whole = between(properties, USUAL, errors);
    Set<String> prefixes = new HashSet<>();
    for (String name : groupNames(properties)) {
      String prefix = GROUP + name + ".";
      prefixes.add(prefix);
      ConfigDef def = new ConfigDef();
      design(new KeyGroup(def, name), prefix);
      Map<String, String> own = new TreeMap<>(properties);
      own.keySet().removeIf(key -> !key.startsWith(prefix));
      String include = own.remove(prefix + INCLUDE);
      include(prefix, include, errors);
      own.keySet().stream()
          .filter(key -> !def.names().contains(key))
          .forEach(
              key ->
                  errors.error(
                      key, "unknown option of a group of tables; " + GROUPS + " lists them"));
      boolean valid = true;
      for (var value : def.validate(own)) {
        valid &= value.errorMessages().isEmpty();
        value.errorMessages().forEach(message -> errors.error(value.name(), message));
      }
      if (valid && whole) {
        between(properties, prefix, errors);
      }
    }
    properties.keySet().stream()
        .filter(key -> key.startsWith(GROUP) && prefixes.stream().noneMatch(key::startsWith))
        .forEach(
            key ->
                errors.error(key, "belongs to no group that " + GROUPS + " names: add its name"));
  }

  private static void include(String prefix, String include, ConfigErrors errors) {
    if (include == null || include.isBlank()) {
      errors.error(
          prefix + INCLUDE, "expected a regular expression for names of tables, found nothing");
      return;
    }
    try {
      Pattern.compile(include);
    } catch (PatternSyntaxException e) {
      errors.error(prefix + INCLUDE, "is no regular expression: " + e.getDescription());
    }
  }

  /** Whether the options could be read; says what is wrong between them. */
  private static boolean between(
      Map<String, String> properties, String prefix, ConfigErrors errors) {
    TableDesign design;
    try {
      design = design(merged(properties, prefix));
    } catch (ConfigException e) {
      // On its key already.
      return false;
    }
    String partition = prefix + "partition";
    if (design.filterRequired() && design.partitioning().isEmpty()) {
      errors.error(prefix + FILTER, "needs partitions: set " + partition + ", or leave this out");
    }
    if (design.partitionExpirationMs().isPresent()
        && design.partitioning().filter(TablePartitioning::isTime).isEmpty()) {
      errors.error(
          prefix + PARTITION_EXPIRATION,
          "needs partitions by time: set " + partition + " to hour, day, month or year");
    }
    return true;
  }

  private static List<String> groupNames(Map<String, String> properties) {
    String names = properties.getOrDefault(GROUPS, "");
    return names.isBlank() ? List.of() : trimmed(List.of(names.split(",")));
  }

  private static void validGroups(String key, Object value) {
    for (Object name : (List<?>) value) {
      if (!String.valueOf(name).trim().matches("[A-Za-z0-9_-]+")) {
        throw new ConfigException(key, name, "expected a name of letters, digits, _ and -");
      }
    }
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
