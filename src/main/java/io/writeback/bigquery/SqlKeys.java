package io.writeback.bigquery;

import io.writeback.config.ConfigErrors;
import io.writeback.config.KeyGroup;
import io.writeback.config.OneOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/** The keys about SQL of the user: statements after commits and snapshots, and views. */
final class SqlKeys {
  static final String AFTER_COMMIT = "bigquery.sql.after.commit";
  static final String AFTER_SNAPSHOT = "bigquery.sql.after.snapshot";
  static final String MAX_BYTES_BILLED = "bigquery.sql.max.bytes.billed";
  static final String ATTEMPTS = "bigquery.sql.attempts";
  static final String FAILURE = "bigquery.sql.failure";
  static final String VIEWS = "bigquery.views";
  private static final String VIEW = "bigquery.view.";

  private SqlKeys() {}

  static void define(ConfigDef def) {
    KeyGroup keys = new KeyGroup(def, "SQL and views of BigQuery");
    keys.text(
        AFTER_COMMIT,
        "",
        "Statements to run after rows have become durable in a table, as one job of one statement or"
            + " of a script; {table} is the table. A job runs once for each commit of a partition"
            + " that had rows for the table; when a process dies between the two, the commit after"
            + " it runs them. With at_least_once they may run again for rows that came again.");
    keys.text(
        AFTER_SNAPSHOT,
        "",
        "As "
            + AFTER_COMMIT
            + ", after a snapshot is shown: once for each, and by a successor if the process dies"
            + " before. With write.mode=create {table} is the snapshot's own table.");
    keys.number(
        MAX_BYTES_BILLED,
        ConfigDef.Type.LONG,
        -1L,
        -1,
        "Bytes that such a statement may be billed for; BigQuery refuses one that would read more,"
            + " and so does validation. -1: no limit.");
    keys.number(
        ATTEMPTS,
        ConfigDef.Type.INT,
        3,
        ConfigDef.Range.between(1, 20),
        "How often statements are tried when they fail in passing, such as by a conflict with"
            + " others.");
    keys.word(
        FAILURE,
        "fail",
        OneOf.words("fail", "warn"),
        "What happens when they fail for good. The rows stay written and counted in either case."
            + " fail: the task stops before its next commit. warn: it goes on and says so in the"
            + " log.");
    keys.list(
        VIEWS,
        ConfigDef.LambdaValidator.with(SqlKeys::validViews, () -> "view or dataset.view, …"),
        Importance.MEDIUM,
        "Views that this connector makes and keeps as configured, such as open_orders."
            + " bigquery.view.open_orders.sql is the query; {table:orders} in it is a table of the"
            + " dataset. bigquery.view.open_orders.description describes it. A view or table of the"
            + " name that somebody else has made is never changed.");
  }

  /** What is to be run, and how. */
  record Hooks(
      Optional<String> afterCommit,
      Optional<String> afterSnapshot,
      Optional<Long> maxBytesBilled,
      int attempts,
      boolean fails) {}

  /**
   * A view.
   *
   * @param name as configured: view or dataset.view
   */
  record View(String name, String query, Optional<String> description) {}

  static Hooks hooks(AbstractConfig config) {
    return new Hooks(
        present(config.getString(AFTER_COMMIT)),
        present(config.getString(AFTER_SNAPSHOT)),
        Optional.of(config.getLong(MAX_BYTES_BILLED)).filter(bytes -> bytes >= 0),
        config.getInt(ATTEMPTS),
        config.getString(FAILURE).equals("fail"));
  }

  static List<View> views(AbstractConfig config) {
    Map<String, String> texts = config.originalsStrings();
    List<View> views = new ArrayList<>();
    for (String entry : config.getList(VIEWS)) {
      String name = entry.trim();
      views.add(
          new View(
              name,
              texts.getOrDefault(sqlOf(name), "").trim(),
              present(texts.getOrDefault(VIEW + name + ".description", ""))));
    }
    return views;
  }

  static String sqlOf(String view) {
    return VIEW + view + ".sql";
  }

  static void check(Map<String, String> properties, ConfigErrors errors) {
    String names = properties.getOrDefault(VIEWS, "");
    List<String> known = new ArrayList<>();
    for (String entry : names.isBlank() ? new String[0] : names.split(",")) {
      String name = entry.trim();
      known.add(sqlOf(name));
      known.add(VIEW + name + ".description");
      if (properties.getOrDefault(sqlOf(name), "").isBlank()) {
        errors.error(sqlOf(name), "expected the query of the view, found nothing");
      }
    }
    properties.keySet().stream()
        .filter(key -> key.startsWith(VIEW) && !known.contains(key))
        .forEach(
            key ->
                errors.error(
                    key,
                    "belongs to no view of " + VIEWS + ", or is neither .sql nor .description"));
  }

  private static Optional<String> present(String text) {
    return Optional.of(text.trim()).filter(t -> !t.isEmpty());
  }

  private static void validViews(String key, Object value) {
    for (Object name : (List<?>) value) {
      if (!name.toString().trim().matches("([A-Za-z0-9_]+\\.)?[A-Za-z0-9_-]+")) {
        throw new ConfigException(key, name, "expected view or dataset.view");
      }
    }
  }
}
