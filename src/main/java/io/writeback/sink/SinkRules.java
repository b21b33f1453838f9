package io.writeback.sink;

import io.writeback.config.ConfigErrors;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rules between keys, and on keys of the framework that decide about exactly-once. */
final class SinkRules {
  private static final Logger LOG = LoggerFactory.getLogger(SinkRules.class);

  static final String ISOLATION = "consumer.override.isolation.level";
  static final String RESET = "consumer.override.auto.offset.reset";
  static final String ASSIGNOR = "consumer.override.partition.assignment.strategy";
  static final String DEAD_LETTERS = "errors.deadletterqueue.topic.name";
  private static final String COOPERATIVE =
      "org.apache.kafka.clients.consumer.CooperativeStickyAssignor";
  private static final Pattern FIELD = Pattern.compile("\\{([^}]*)}");
  private static final Set<String> FIELDS = Set.of("topic", "id", "name");

  private final Map<String, String> properties;
  private final ConfigErrors errors;

  private SinkRules(Map<String, String> properties, ConfigErrors errors) {
    this.properties = properties;
    this.errors = errors;
  }

  static void check(Map<String, String> properties, ConfigErrors errors) {
    SinkRules rules = new SinkRules(properties, errors);
    if (rules.is(SinkConfig.DELIVERY_GUARANTEE, "exactly_once", "exactly_once")) {
      rules.isolation();
      rules.offsetReset();
    }
    rules.deadLetters();
    rules.tableNames();
    if (rules.gated()) {
      rules.snapshotTopic();
    }
    if (rules.is(SinkConfig.WRITE_MODE, "append", "upsert")) {
      rules.upsert();
    }
    rules.assignor();
  }

  private void isolation() {
    String stated = value(ISOLATION, "");
    boolean onWorker = is(SinkConfig.DELIVERY_ISOLATION, "connector", "worker");
    if (stated.isEmpty() ? !onWorker : !stated.equals("read_committed")) {
      errors.error(
          ISOLATION,
          String.format(
              "%s=exactly_once needs read_committed, found %s: rows of aborted transactions would"
                  + " land. Set %s=read_committed, or confirm with %s=worker that the worker sets"
                  + " consumer.isolation.level=read_committed.",
              SinkConfig.DELIVERY_GUARANTEE,
              stated.isEmpty() ? "nothing" : stated,
              ISOLATION,
              SinkConfig.DELIVERY_ISOLATION));
    }
  }

  private void offsetReset() {
    String reset = value(RESET, "earliest");
    if (!Set.of("earliest", "none").contains(reset)) {
      errors.error(
          RESET,
          String.format(
              "%s=exactly_once needs earliest or none, found %s: a partition whose offset is out of"
                  + " range would skip records silently",
              SinkConfig.DELIVERY_GUARANTEE, reset));
    }
  }

  private void deadLetters() {
    if (value("errors.tolerance", "none").equals("all") && value(DEAD_LETTERS, "").isEmpty()) {
      errors.error(
          DEAD_LETTERS,
          "errors.tolerance=all without a dead letter topic loses bad records silently. Name a"
              + " topic, or set errors.tolerance=none.");
    }
  }

  private void tableNames() {
    String format = value(SinkConfig.TABLE_NAME_FORMAT, "{topic}");
    Matcher field = FIELD.matcher(format);
    while (field.find()) {
      if (!FIELDS.contains(field.group(1))) {
        errors.error(
            SinkConfig.TABLE_NAME_FORMAT,
            "unknown field " + field.group() + ", expected {topic}, {id} or {name}");
      }
    }
    boolean mirrored = is(SinkConfig.SNAPSHOT_RANGES, "use", "ignore");
    if (gated() && mirrored && format.contains("{topic}")) {
      errors.error(
          SinkConfig.TABLE_NAME_FORMAT,
          String.format(
              "with %s=ignore topics are mirrored under other names than their manifests know: use"
                  + " {id} or {name} instead of {topic}",
              SinkConfig.SNAPSHOT_RANGES));
    }
  }

  private void snapshotTopic() {
    String topic = value(SinkConfig.SNAPSHOT_TOPIC, "domo.snapshots");
    String regex = value("topics.regex", "");
    if (!SinkConfig.topics(properties).contains(topic) && !matches(regex, topic)) {
      errors.error(
          regex.isEmpty() ? "topics" : "topics.regex",
          String.format(
              "%s=%s shows a snapshot only when its manifest has come, so %s=%s has to be among the"
                  + " topics. Add it.",
              SinkConfig.WRITE_MODE,
              value(SinkConfig.WRITE_MODE, ""),
              SinkConfig.SNAPSHOT_TOPIC,
              topic));
    }
  }

  private void upsert() {
    boolean inValue = is(SinkConfig.UPSERT_KEY, "record_key", "record_value");
    if (inValue && value(SinkConfig.UPSERT_KEY_FIELDS, "").isEmpty()) {
      errors.error(
          SinkConfig.UPSERT_KEY_FIELDS,
          SinkConfig.UPSERT_KEY + "=record_value needs the names of the fields that make the key");
    }
    boolean soft = is(SinkConfig.UPSERT_DELETE, "hard", "soft");
    String column = properties.getOrDefault(SinkConfig.UPSERT_DELETE_COLUMN, "deleted");
    if (soft && column.isBlank()) {
      errors.error(SinkConfig.UPSERT_DELETE_COLUMN, "a soft delete needs the name of a column");
    }
  }

  private void assignor() {
    String assignor = value(ASSIGNOR, "");
    boolean several = !value("tasks.max", "1").equals("1");
    if (several && (assignor.isEmpty() || assignor.contains("RangeAssignor"))) {
      LOG.warn(
          "The default assignor gives all topics of one partition to one task. Set {}={}.",
          ASSIGNOR,
          COOPERATIVE);
    }
  }

  private boolean gated() {
    return Set.of("overwrite", "create").contains(value(SinkConfig.WRITE_MODE, "append"));
  }

  private boolean is(String key, String initial, String wanted) {
    return value(key, initial).equals(wanted);
  }

  private String value(String key, String initial) {
    String value = properties.get(key);
    return value == null || value.isBlank() ? initial : value.trim();
  }

  private static boolean matches(String regex, String topic) {
    try {
      return !regex.isEmpty() && Pattern.matches(regex, topic);
    } catch (PatternSyntaxException e) {
      // Connect reports it on topics.regex itself.
      return false;
    }
  }
}
