package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.sink.SinkConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BigQuerySinkConnectorTest {
  private final BigQuerySinkConnector connector = new BigQuerySinkConnector();

  static Map<String, String> valid() {
    Map<String, String> config = new HashMap<>();
    config.put("name", "c");
    config.put("topics", "orders");
    config.put("bigquery.project", "p");
    config.put("bigquery.dataset", "d");
    config.put("bigquery.credentials.source", "key_json");
    config.put("bigquery.credentials.json", "{\"private_key\":\"s3cret\"}");
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("validation.connect", "false");
    return config;
  }

  private Map<String, List<String>> errors(Map<String, String> config) {
    Config validated = connector.validate(config);
    return validated.configValues().stream()
        .filter(value -> !value.errorMessages().isEmpty())
        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
  }

  @ParameterizedTest
  @CsvSource({
    "bigquery.gcs.prefix,a//b,between single slashes",
    "bigquery.gcs.prefix,a*,expected letters",
    "bigquery.gcs.endpoint,http://storage.example.com,expected an https URL"
  })
  void knowsWhatABucketTakes(String key, String value, String words) {
    Map<String, String> config = valid();
    config.put("bigquery.gcs.bucket", "my-bucket");
    assertEquals(Map.of(), errors(config));
    config.put(key, value);
    assertEquals(Set.of(key), errors(config).keySet());
    assertTrue(errors(config).get(key).get(0).contains(words), errors(config).get(key).get(0));
  }

  @Test
  void aBucketIsRefusedWhereNothingIsLoaded() {
    Map<String, String> config = valid();
    config.put("bigquery.gcs.bucket", "my-bucket");
    config.put("bigquery.write.method", "storage_write");
    assertEquals(Map.of(), errors(config), "snapshots are staged by load jobs");
    config.put("write.mode", "upsert");
    config.put("bigquery.upsert.partitions", "1");
    assertEquals(Set.of("bigquery.gcs.bucket"), errors(config).keySet());
  }

  @Test
  void acceptsAPlainConfiguration() {
    assertEquals(Map.of(), errors(valid()));
  }

  @ParameterizedTest
  @CsvSource({
    "bigquery.write.method,insert_all,cannot keep delivery.guarantee=exactly_once",
    "bigquery.upsert.sequence,newest,expected offset",
    "bigquery.append.bytes,1,at least",
    "table.metadata.columns,offset:_TABLE_x,found _TABLE_x",
    "table.metadata.columns,topic:__kafka_offset,found __kafka_offset",
    "table.metadata.columns,offset:__wb_row,found __wb_row",
    "table.metadata.columns,'topic,offset:KAFKA_Topic',KAFKA_Topic is there twice",
    "bigquery.dataset,p:d,without the project",
    "bigquery.credentials.json,'',expected the JSON key",
    "bigquery.endpoint,http://bigquery.example.com,expected an https URL",
    "bigquery.endpoint,'not a url',expected a URL",
    "bigquery.gcs.bucket,gs://b,without gs://",
    "bigquery.gcs.prefix,loads,has no effect without bigquery.gcs.bucket",
    "bigquery.gcs.endpoint,https://storage.example.com,has no effect without bigquery.gcs.bucket"
  })
  void putsEachErrorOnItsKey(String key, String value, String words) {
    Map<String, String> config = valid();
    config.put("topics", "orders,domo.snapshots");
    config.put(key, value);
    Map<String, List<String>> errors = errors(config);
    assertEquals(List.of(key), List.copyOf(errors.keySet()));
    assertTrue(errors.get(key).get(0).contains(words), errors.get(key).get(0));
  }

  @Test
  void anUpsertByStreamingSaysWhatOrdersItsChanges() {
    Map<String, String> config = valid();
    config.put("write.mode", "upsert");
    config.put("upsert.delete", "soft");
    config.put("bigquery.write.method", "storage_write");
    Map<String, List<String>> errors = errors(config);
    assertEquals(Set.of("bigquery.upsert.partitions", "upsert.delete"), errors.keySet());
    assertTrue(errors.get("upsert.delete").get(0).contains("load_job"));
    config.put("bigquery.upsert.sequence", "timestamp");
    config.remove("upsert.delete");
    assertEquals(Map.of(), errors(config));
  }

  @Test
  void anUpsertByLoadJobMergesWithEitherKindOfDelete() {
    Map<String, String> config = valid();
    config.put("write.mode", "upsert");
    assertEquals(Map.of(), errors(config));
    config.put("upsert.delete", "soft");
    assertEquals(Map.of(), errors(config));
    config.put("delivery.guarantee", "at_least_once");
    config.put("bigquery.write.method", "insert_all");
    assertEquals(Set.of("bigquery.write.method"), errors(config).keySet());
  }

  @ParameterizedTest
  @CsvSource({
    "storage_write,exactly_once",
    "storage_write,at_least_once",
    "insert_all,at_least_once",
    "load_job,exactly_once"
  })
  void takesEachWriteMethodWithTheGuaranteesThatItKeeps(String method, String guarantee) {
    Map<String, String> config = valid();
    config.put("bigquery.write.method", method);
    config.put("delivery.guarantee", guarantee);
    assertEquals(Map.of(), errors(config));
  }

  @ParameterizedTest
  @CsvSource({"http://localhost:9050", "http://127.0.0.1:9050/", "https://private.example.com"})
  void takesEndpointsThatAreSafe(String endpoint) {
    Map<String, String> config = valid();
    config.put("bigquery.endpoint", endpoint);
    assertEquals(Map.of(), errors(config));
  }

  @Test
  void aBrokenKeyIsAnErrorWithoutTheKey() {
    Map<String, String> config = valid();
    config.put("validation.connect", "true");
    Map<String, List<String>> errors = errors(config);
    assertEquals(List.of("bigquery.credentials.json"), List.copyOf(errors.keySet()));
    assertFalse(errors.toString().contains("s3cret"), errors.toString());
  }

  @Test
  void everyTaskKnowsItsPlace() {
    connector.start(valid());
    List<Map<String, String>> configs = connector.taskConfigs(3);
    assertEquals(3, configs.size());
    for (int i = 0; i < 3; i++) {
      assertEquals(i, new BigQuerySinkConfig(configs.get(i)).sink().task());
      assertEquals(3, new BigQuerySinkConfig(configs.get(i)).sink().tasks());
    }
  }

  @Test
  void secretsDoNotShow() {
    BigQuerySinkConfig config = new BigQuerySinkConfig(valid());
    assertFalse(config.values().toString().contains("s3cret"));
    assertFalse(config.bigQuery().toString().contains("s3cret"));
  }

  @Test
  void workersFindTheConnector() {
    assertTrue(
        ServiceLoader.load(SinkConnector.class).stream()
            .anyMatch(provider -> provider.type() == BigQuerySinkConnector.class));
  }

  @Test
  void streamsFlushEverySecondUnlessToldOtherwise() {
    Map<String, String> config = valid();
    assertEquals(60_000, new BigQuerySinkConfig(config).sink().flush().intervalMs());
    config.put("bigquery.write.method", "storage_write");
    assertEquals(1000, new BigQuerySinkConfig(config).sink().flush().intervalMs());
    config.put("flush.interval.ms", "5000");
    assertEquals(5000, new BigQuerySinkConfig(config).sink().flush().intervalMs());
  }
}
