package io.writeback.bigquery;

import io.writeback.config.ConfigErrors;
import io.writeback.config.KeyGroup;
import io.writeback.config.OneOf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/**
 * The keys about how tables are made, usually and for groups of tables. Groups work as those of
 * Connect's {@code topic.creation.groups}.
 */
final class BigQueryTableKeys {
  static final String USUAL = "bigquery.table.";
  private static final String GROUP = "bigquery.table.group.";
  private static final String INCLUDE = "include";

  static final String PARTITION = USUAL + "partition";
  static final String PARTITION_FILTER = USUAL + "partition.filter";
  static final String CLUSTER = USUAL + "cluster";
  static final String GROUPS = USUAL + "groups";
  static final String TYPE_CHANGE = "bigquery.type.change";
  static final String COLUMN_NAMES = "bigquery.column.names";
  static final String REQUIRED_COLUMNS = "bigquery.required.columns";
  static final String MAX_STALENESS_MS = USUAL + "max.staleness.ms";

  private BigQueryTableKeys() {}

  static void define(ConfigDef def) {
    KeyGroup keys = new KeyGroup(def, "Tables of BigQuery");
    keys.word(
        TYPE_CHANGE,
        "rows",
        OneOf.words("rows", "column", "fail"),
        "What happens when the records bring a type that a column cannot hold exactly. rows: values"
            + " that the column can take all the same are written, rows with others are errant; a"
            + " snapshot is not shown. column: they go to a column beside, whose name ends in the"
            + " type, such as size__string or tags__array_integer, and which is added; fields of a"
            + " key do not. Text may fill a JSON, GEOGRAPHY, INTERVAL, DATETIME or RANGE column,"
            + " and a timestamp a DATETIME: they stay. A RANGE column is filled from text such as [2020-01-01, UNBOUNDED), and from a struct or map with start and end. fail: nothing is written until the column or the records are"
            + " changed.");
    keys.word(
        COLUMN_NAMES,
        "underscore",
        OneOf.words("underscore", "suffix", "flexible"),
        "Names of columns. underscore: characters of a field's name other than letters, digits and"
            + " underscores become underscores; a row with two fields of one column is errant."
            + " suffix: the same, and a name that had to be changed ends in a checksum of the"
            + " original. flexible: a name that BigQuery takes as a flexible column name stays as it"
            + " is, such as Order Date or Größe in %; another one is changed as with suffix."
            + " Flexible names need backticks in SQL, and not every tool takes them. A field's"
            + " column depends on its name alone. Changed later, fields whose names differ get new"
            + " columns, and the old ones stay with the old rows.");
    keys.word(
        REQUIRED_COLUMNS,
        "keep",
        OneOf.words("keep", "relax"),
        "What happens to a REQUIRED column of an existing table that the records need not have."
            + " keep: rows without a value are errant. relax: it becomes NULLABLE.");
    TableDesignKeys.define(new KeyGroup(def, "New tables of BigQuery"), USUAL);
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

  /** The designs of a configuration that has no {@link #check errors}. */
  static TableDesigns designs(Map<String, String> properties) {
    List<TableDesigns.Group> groups = new ArrayList<>();
    for (String name : groupNames(properties)) {
      groups.add(
          new TableDesigns.Group(
              name,
              Pattern.compile(properties.getOrDefault(GROUP + name + "." + INCLUDE, "")),
              TableDesignKeys.design(merged(properties, GROUP + name + "."))));
    }
    return new TableDesigns(TableDesignKeys.design(merged(properties, USUAL)), groups);
  }

  /** The options under a prefix, in the place of the usual ones, by their usual names. */
  private static Map<String, String> merged(Map<String, String> properties, String prefix) {
    Map<String, String> merged = new LinkedHashMap<>();
    for (String key : TableDesignKeys.usual().names()) {
      String own = properties.get(prefix + key.substring(USUAL.length()));
      String value = own == null ? properties.get(key) : own;
      if (value != null) {
        merged.put(key, value);
      }
    }
    return merged;
  }

  /** Errors of the groups, and those between keys, each on the key to change. */
  static void check(Map<String, String> properties, ConfigErrors errors) {
    boolean whole = between(properties, USUAL, errors);
    Set<String> prefixes = new HashSet<>();
    for (String name : groupNames(properties)) {
      String prefix = GROUP + name + ".";
      prefixes.add(prefix);
      ConfigDef def = new ConfigDef();
      TableDesignKeys.define(new KeyGroup(def, name), prefix);
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
      design = TableDesignKeys.design(merged(properties, prefix));
    } catch (ConfigException e) {
      // On its key already.
      return false;
    }
    String partition = prefix + "partition";
    if (design.filterRequired() && design.partitioning().isEmpty()) {
      errors.error(
          prefix + TableDesignKeys.FILTER,
          "needs partitions: set " + partition + ", or leave this out");
    }
    if (design.partitionExpirationMs().isPresent()
        && design.partitioning().filter(TablePartitioning::isTime).isEmpty()) {
      errors.error(
          prefix + TableDesignKeys.PARTITION_EXPIRATION,
          "needs partitions by time: set " + partition + " to hour, day, month or year");
    }
    return true;
  }

  private static List<String> groupNames(Map<String, String> properties) {
    String names = properties.getOrDefault(GROUPS, "");
    return names.isBlank() ? List.of() : TableDesignKeys.trimmed(List.of(names.split(",")));
  }

  private static void validGroups(String key, Object value) {
    for (Object name : (List<?>) value) {
      if (!String.valueOf(name).trim().matches("[A-Za-z0-9_-]+")) {
        throw new ConfigException(key, name, "expected a name of letters, digits, _ and -");
      }
    }
  }
}
