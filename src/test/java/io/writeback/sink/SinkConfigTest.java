package io.writeback.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.config.ConfigErrors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;

class SinkConfigTest {
  private final Map<String, String> config =
      new HashMap<>(Map.of("name", "sink", "topics", "a", SinkRules.ISOLATION, "read_committed"));

  @Test
  void aSensibleConfigurationHasNoErrors() {
    assertFalse(errors().any());
  }

  @Test
  void defaultsAreExactlyOnceAppend() {
    SinkSettings settings = TestSettings.of(Map.of());
    assertEquals(DeliveryGuarantee.EXACTLY_ONCE, settings.guarantee());
    assertEquals(WriteMode.APPEND, settings.writeMode());
    assertEquals("sink", settings.deliveryId());
    assertEquals("{topic}", settings.tableFormat());
    assertEquals(1, settings.snapshots().minRows());
  }

  @Test
  void tasksKnowTheirPlace() {
    SinkSettings settings = TestSettings.of(SinkConfig.forTask(Map.of("topics", "x, y"), 2, 4));
    assertEquals(2, settings.task());
    assertEquals(4, settings.tasks());
    assertEquals(Set.of("x", "y"), settings.topicNames());
  }

  @Test
  void f7IsolationHasToBeStated() {
    config.remove(SinkRules.ISOLATION);
    assertErrorOn(SinkRules.ISOLATION, "read_committed");
    config.put(SinkConfig.DELIVERY_ISOLATION, "worker");
    assertFalse(errors().any(), "acknowledged");
    config.put(SinkRules.ISOLATION, "read_uncommitted");
    assertErrorOn(SinkRules.ISOLATION, "found read_uncommitted");
    config.put(SinkConfig.DELIVERY_GUARANTEE, "at_least_once");
    assertFalse(errors().any());
  }

  @Test
  void f6RecordsMustNotBeSkippedSilently() {
    config.put(SinkRules.RESET, "latest");
    assertErrorOn(SinkRules.RESET, "earliest or none");
    config.put(SinkRules.RESET, "none");
    assertFalse(errors().any());
  }

  @Test
  void f4ToleranceNeedsADeadLetterTopic() {
    config.put("errors.tolerance", "all");
    assertErrorOn(SinkRules.DEAD_LETTERS, "dead letter topic");
    config.put(SinkRules.DEAD_LETTERS, "dead");
    assertFalse(errors().any());
  }

  @Test
  void anUpsertByFieldsOfTheValueNamesThem() {
    config.put(SinkConfig.WRITE_MODE, "upsert");
    assertFalse(errors().any());
    config.put(SinkConfig.UPSERT_KEY, "record_value");
    assertErrorOn(SinkConfig.UPSERT_KEY_FIELDS, "names of the fields");
    config.put(SinkConfig.UPSERT_KEY_FIELDS, "id");
    assertFalse(errors().any());
    config.put(SinkConfig.UPSERT_DELETE, "soft");
    config.put(SinkConfig.UPSERT_DELETE_COLUMN, " ");
    assertErrorOn(SinkConfig.UPSERT_DELETE_COLUMN, "name of a column");
  }

  @Test
  void s6GatedModesReadTheManifests() {
    config.put(SinkConfig.WRITE_MODE, "overwrite");
    assertErrorOn("topics", "domo.snapshots");
    config.put("topics", "a,domo.snapshots");
    assertFalse(errors().any());
    config.remove("topics");
    config.put("topics.regex", "domo\\.sales.*");
    assertErrorOn("topics.regex", "domo.snapshots");
    config.put("topics.regex", "domo\\..*");
    assertFalse(errors().any());
  }

  @Test
  void mirroredTopicsCannotNameTables() {
    config.put(SinkConfig.WRITE_MODE, "create");
    config.put("topics", "eu.a,domo.snapshots");
    config.put(SinkConfig.SNAPSHOT_RANGES, "ignore");
    assertErrorOn(SinkConfig.TABLE_NAME_FORMAT, "{id} or {name}");
    config.put(SinkConfig.TABLE_NAME_FORMAT, "{id}");
    assertFalse(errors().any());
  }

  @Test
  void unknownFieldsOfTheTableNameAreRefused() {
    config.put(SinkConfig.TABLE_NAME_FORMAT, "{alias}");
    assertErrorOn(SinkConfig.TABLE_NAME_FORMAT, "unknown field {alias}");
  }

  @Test
  void singleValuesAreChecked() {
    assertEquals(1, messages(SinkConfig.WRITE_MODE, "merge").size());
    assertEquals(1, messages(SinkConfig.TABLE_MAP, "a=b").size());
    assertEquals(0, messages(SinkConfig.TABLE_MAP, "a:b,c:d.e").size());
    assertEquals(1, messages(SinkConfig.SNAPSHOT_MAX_SHRINK_RATIO, "2").size());
    assertEquals(1, messages(SinkConfig.FLUSH_ROWS, "0").size());
  }

  private List<String> messages(String key, String value) {
    return SinkConfig.define(new ConfigDef()).validate(Map.of(key, value)).stream()
        .filter(v -> v.name().equals(key))
        .flatMap(v -> v.errorMessages().stream())
        .toList();
  }

  private ConfigErrors errors() {
    List<ConfigValue> values =
        new ArrayList<>(SinkConfig.define(new ConfigDef()).validate(new HashMap<>(config)));
    ConfigErrors errors = new ConfigErrors(values);
    SinkConfig.validate(config, errors);
    return errors;
  }

  private void assertErrorOn(String key, String words) {
    List<String> messages = errors().on(key);
    assertEquals(1, messages.size(), "one error on " + key);
    assertTrue(messages.get(0).contains(words), messages.get(0));
  }
}
