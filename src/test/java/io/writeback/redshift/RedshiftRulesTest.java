package io.writeback.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.config.ConfigErrors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What validation refuses without connecting. */
class RedshiftRulesTest {
  private static Map<String, String> good() {
    Map<String, String> properties = new HashMap<>();
    properties.put("name", "sink");
    properties.put("topics", "orders");
    properties.put("redshift.host", "cluster.example.com");
    properties.put("redshift.database", "dev");
    properties.put("redshift.user", "loader");
    properties.put("redshift.password", "hidden");
    properties.put("s3.bucket", "stage");
    properties.put("s3.region", "eu-west-1");
    return properties;
  }

  private static ConfigErrors check(Map<String, String> properties) {
    ConfigErrors errors = new ConfigErrors(List.of());
    RedshiftRules.check(properties, errors);
    return errors;
  }

  @Test
  void aPlainConfigurationIsFine() {
    assertFalse(check(good()).any());
    RedshiftSinkConfig config = new RedshiftSinkConfig(good());
    assertEquals("public", config.controlSchema());
    assertTrue(config.iamRole().isEmpty());
    assertFalse(config.connection().toString().contains("hidden"));
    assertEquals(
        "verify-full", config.connection().properties(Optional.empty()).getProperty("sslmode"));
  }

  @ParameterizedTest
  @CsvSource({
    "delivery.guarantee, at_least_once, delivery.guarantee",
    "redshift.ssl.mode, none, redshift.ssl.mode",
    "s3.endpoint, http://minio.example.com:9000, s3.endpoint",
    "s3.access.key.id, AKIAX, s3.secret.access.key",
    "s3.secret.access.key, x, s3.access.key.id",
    "redshift.copy.options, MAXERROR 10, redshift.copy.options",
    "redshift.table.diststyle, key, redshift.table.distkey",
    "redshift.sql.after, 'SELECT 1;\nCOMMIT', redshift.sql.after",
    "redshift.sql.before, truncate table x, redshift.sql.before",
    "s3.kms.key.id, abc, s3.encryption",
    "redshift.copy.options, 'TRUNCATECOLUMNS; DROP TABLE x', redshift.copy.options",
  })
  void eachRefusalIsOnTheKeyToChange(String key, String value, String errorOn) {
    Map<String, String> properties = good();
    properties.put(key, value);
    assertEquals(1, check(properties).on(errorOn).size());
  }

  @Test
  void thisMachineMayBeReachedInTheClear() {
    Map<String, String> properties = good();
    properties.put("redshift.host", "127.0.0.1");
    properties.put("redshift.ssl.mode", "none");
    properties.put("s3.endpoint", "http://localhost:9000");
    assertFalse(check(properties).any());
  }
}
