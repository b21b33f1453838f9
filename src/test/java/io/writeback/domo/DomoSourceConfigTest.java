package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.FaultException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.junit.jupiter.api.Test;

class DomoSourceConfigTest {
  private static final String A = "2d725b6e-0000-4000-8000-000000000001";
  private static final String B = "2d725b6e-0000-4000-8000-000000000002";

  @Test
  void dataSetsHaveAliasesOrAreTheirOwn() {
    DomoSourceConfig config = config("domo.datasets", A.toUpperCase(Locale.ROOT) + ":orders, " + B);
    assertEquals(Map.of(A, "orders", B, B), config.namedDatasets());
    assertEquals("domo.orders", config.datasetSettings().topic(A, "Orders!"));
    assertEquals("domo." + B, config.datasetSettings().topic(B, "x"));
    refused("domo.datasets", "orders");
    refused("domo.datasets", A + ":a b");
    refused("domo.datasets", A + "," + A);
    refused("domo.datasets", A + ":x," + B + ":x");
  }

  @Test
  void topicsAreLegalAndNeverTheManifestTopic() {
    DatasetSettings byName = config("domo.topic.format", "x.{name}.{id}").datasetSettings();
    assertEquals("x.Gr__e__M_." + A, byName.topic(A, "Größe (M)"));
    DatasetSettings same = config("domo.topic.format", "domo.snapshots").datasetSettings();
    FaultException e = assertThrows(FaultException.class, () -> same.topic(A, "x"));
    assertTrue(e.getMessage().contains("domo.topic.format"), e.getMessage());
  }

  @Test
  void plainHttpIsForLoopbackOnly() {
    config("domo.api.url", "https://api.domo.com");
    config("domo.api.url", "http://localhost:8080");
    config("domo.api.url", "http://127.0.0.1:8080");
    refused("domo.api.url", "http://api.domo.com");
    refused("domo.api.url", "http://127.0.0.1.evil.example");
    refused("domo.api.url", "https://api.domo.com/v1");
    refused("domo.api.url", "nonsense");
  }

  @Test
  void keyColumnsAreGivenForEachDataSet() {
    assertEquals(
        Map.of("orders", List.of("o key"), A, List.of("l_key", "l_line")),
        ConfigRules.keyColumns("orders: o key; " + A + ":l_key,l_line;"));
    refused("domo.key.columns", "orders");
    refused("domo.key.columns", "orders: ;");
  }

  /** B4: in what changes records, out what does not. */
  @Test
  void theFingerprintIsOfWhatChangesRecords() {
    String before = fingerprint(config("domo.poll.interval.ms", "1000"));
    assertEquals(before, fingerprint(config("domo.poll.interval.ms", "2000")));
    assertEquals(before, fingerprint(config("domo.client.secret", "another")));
    assertEquals(before, fingerprint(config("domo.batch.max.rows", "7")));
    for (Map.Entry<String, String> change :
        Map.of(
                "domo.field.names", "as.is",
                "domo.decimal.handling", "string",
                "domo.decimal.scale", "3",
                "domo.dropped.rows", "allow",
                "domo.key.columns", A + ": x",
                "domo.topic.format", "other.{alias}",
                "transforms", "cut",
                "transforms.cut.type", "x",
                "predicates.p.pattern", "y")
            .entrySet()) {
      assertNotEquals(
          before, fingerprint(config(change.getKey(), change.getValue())), change.getKey());
    }
  }

  /** C1. */
  @Test
  void taskConfigsHoldTheSelectionAndNoIo() {
    DomoSourceConnector connector = new DomoSourceConnector();
    connector.start(properties("domo.datasets", A + "," + B));
    assertEquals(2, connector.taskConfigs(5).size());
    connector.start(properties("domo.dataset.include", ".*"));
    List<Map<String, String>> configs = connector.taskConfigs(5);
    assertEquals(5, configs.size());
    assertEquals("4", configs.get(4).get(DomoConfigDef.TASK_INDEX));
    assertEquals("5", configs.get(4).get(DomoConfigDef.TASK_COUNT));
  }

  /** A1. */
  @Test
  void exactlyOnceByOneTransactionForEachPoll() {
    DomoSourceConnector connector = new DomoSourceConnector();
    assertEquals(ExactlyOnceSupport.SUPPORTED, connector.exactlyOnceSupport(Map.of()));
    assertEquals(
        ConnectorTransactionBoundaries.UNSUPPORTED,
        connector.canDefineTransactionBoundaries(Map.of()));
    assertTrue(connector.alterOffsets(Map.of(), Map.of()));
  }

  @Test
  void onlyAConnectorThatRequiresExactlyOnceAndCountsItsRowsResumes() {
    assertTrue(config("exactly.once.support", "required").resumes());
    assertFalse(config("exactly.once.support", "requested").resumes());
    Map<String, String> counting = properties("exactly.once.support", "required");
    counting.put("domo.dropped.rows", "allow");
    assertFalse(new DomoSourceConfig(counting).resumes());
  }

  @Test
  void everySettingIsDocumentedGroupedAndSecretsAreSecret() {
    for (ConfigDef.ConfigKey key : DomoSourceConfig.DEF.configKeys().values()) {
      if (!key.internalConfig) {
        assertFalse(key.documentation.isBlank(), key.name);
        assertFalse(key.group.isBlank(), key.name);
      }
      if (key.name.contains("secret") || key.name.contains("password")) {
        assertEquals(ConfigDef.Type.PASSWORD, key.type, key.name);
      }
    }
    assertFalse(config("domo.client.secret", "hush").toString().contains("hush"));
    assertFalse(config("domo.client.secret", "hush").http().toString().contains("hush"));
  }

  private static String fingerprint(DomoSourceConfig config) {
    DatasetSettings settings = config.datasetSettings();
    return settings.fingerprint(A, settings.topic(A, "name"));
  }

  private static void refused(String key, String value) {
    ConfigException e = assertThrows(ConfigException.class, () -> config(key, value), value);
    assertTrue(e.getMessage().contains(key), e.getMessage());
  }

  private static DomoSourceConfig config(String key, String value) {
    return new DomoSourceConfig(properties(key, value));
  }

  private static Map<String, String> properties(String key, String value) {
    Map<String, String> properties = new HashMap<>();
    properties.put("domo.client.id", "client");
    properties.put("domo.client.secret", "secret");
    properties.put("domo.spool.dir", "/spool");
    properties.put(key, value);
    return properties;
  }
}
