package io.writeback.bigquery;

import io.writeback.config.ConfigErrors;
import io.writeback.sink.MetadataColumn;
import io.writeback.sink.SinkConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rules on the keys of the BigQuery sink that need no connection. */
final class BigQueryRules {
  private static final Logger LOG = LoggerFactory.getLogger(BigQueryRules.class);

  private final Map<String, String> properties;
  private final ConfigErrors errors;

  private BigQueryRules(Map<String, String> properties, ConfigErrors errors) {
    this.properties = properties;
    this.errors = errors;
  }

  static void check(Map<String, String> properties, ConfigErrors errors) {
    BigQueryRules rules = new BigQueryRules(properties, errors);
    rules.available();
    rules.metadataColumns();
    rules.names();
    rules.credentials();
    rules.endpoints();
    rules.interval();
    BucketKeys.check(properties, errors);
    BigQueryTableKeys.check(properties, errors);
    SqlKeys.check(properties, errors);
  }

  private void available() {
    String method = value(BigQuerySinkConfig.WRITE_METHOD, "load_job");
    String guarantee = value(SinkConfig.DELIVERY_GUARANTEE, "exactly_once");
    if (method.equals("insert_all") && guarantee.equals("exactly_once")) {
      errors.error(
          BigQuerySinkConfig.WRITE_METHOD,
          "insert_all cannot keep delivery.guarantee=exactly_once: BigQuery leaves repeated rows out"
              + " only as well as it can. Use storage_write or load_job, or set"
              + " delivery.guarantee=at_least_once");
    }
    String mode = value(SinkConfig.WRITE_MODE, "append");
    if (mode.equals("upsert")) {
      upsert(method);
    }
  }

  /** Each needs a name of its own that a column may have. */
  private void metadataColumns() {
    List<MetadataColumn> columns;
    try {
      List<String> entries =
          Arrays.stream(value(SinkConfig.TABLE_METADATA_COLUMNS, "").split(",", -1))
              .map(String::trim)
              .filter(entry -> !entry.isEmpty())
              .toList();
      columns = MetadataColumn.list(SinkConfig.TABLE_METADATA_COLUMNS, entries);
    } catch (ConfigException e) {
      // On its key already.
      return;
    }
    Set<String> seen = new HashSet<>();
    if (value(SinkConfig.WRITE_MODE, "append").equals("upsert")
        && value(SinkConfig.UPSERT_DELETE, "hard").equals("soft")) {
      seen.add(ColumnNames.folded(value(SinkConfig.UPSERT_DELETE_COLUMN, "deleted")));
    }
    for (MetadataColumn column : columns) {
      String name = ColumnNames.folded(column.name());
      boolean ours = KafkaColumns.types().containsKey(name) && !KafkaColumns.tells(column);
      if (ours || name.startsWith("__wb_") || !ColumnNames.isPlain(column.name())) {
        errors.error(
            SinkConfig.TABLE_METADATA_COLUMNS,
            "expected names of letters, digits and underscores that begin with no digit and are none"
                + " of BigQuery's or of this sink's own, found "
                + column.name());
      } else if (!seen.add(name)) {
        errors.error(
            SinkConfig.TABLE_METADATA_COLUMNS, "column " + column.name() + " is there twice");
      }
    }
  }

  private void upsert(String method) {
    if (method.equals("insert_all")) {
      errors.error(
          BigQuerySinkConfig.WRITE_METHOD,
          "write.mode=upsert needs load_job, which merges, or storage_write, which uses the change"
              + " data capture of BigQuery; found insert_all");
    }
    if (!method.equals("storage_write")) {
      return;
    }
    if (value(SinkConfig.UPSERT_DELETE, "hard").equals("soft")) {
      errors.error(
          SinkConfig.UPSERT_DELETE,
          "the change data capture of BigQuery removes rows: use hard, or"
              + " bigquery.write.method=load_job, which merges");
    }
    if (value(BigQuerySinkConfig.UPSERT_SEQUENCE, "offset").equals("offset")
        && value(BigQuerySinkConfig.UPSERT_PARTITIONS, "0").equals("0")) {
      errors.error(
          BigQuerySinkConfig.UPSERT_PARTITIONS,
          "expected the number of partitions of the topics: with "
              + BigQuerySinkConfig.UPSERT_SEQUENCE
              + "=offset a key must stay in its partition. Or order by timestamp, field:<name> or"
              + " header:<name>");
    }
  }

  private void names() {
    String dataset = value(BigQuerySinkConfig.DATASET, "");
    if (!dataset.isEmpty() && !dataset.matches("[A-Za-z0-9_]{1,1024}")) {
      errors.error(
          BigQuerySinkConfig.DATASET,
          "expected letters, digits and underscores, found "
              + dataset
              + ": name the dataset alone, without the project");
    }
    String project = value(BigQuerySinkConfig.PROJECT, "");
    if (!project.isEmpty() && !project.matches("[A-Za-z0-9.:_-]+")) {
      errors.error(
          BigQuerySinkConfig.PROJECT, "expected a project id such as my-project, found " + project);
    }
  }

  private void credentials() {
    String source = value(LoginKeys.CREDENTIALS_SOURCE, LoginKeys.KEY_FILE);
    String file = value(LoginKeys.CREDENTIALS_FILE, "");
    boolean json = !value(LoginKeys.CREDENTIALS_JSON, "").isEmpty();
    if (source.equals(LoginKeys.KEY_FILE)) {
      if (file.isEmpty()) {
        errors.error(
            LoginKeys.CREDENTIALS_FILE,
            "expected the path of a JSON key file, found nothing. For other credentials set "
                + LoginKeys.CREDENTIALS_SOURCE);
      } else if (!Files.isReadable(Path.of(file))) {
        errors.error(
            LoginKeys.CREDENTIALS_FILE,
            "no readable file at " + file + " on this worker; it has to be on every worker");
      }
    } else if (source.equals(LoginKeys.KEY_JSON) && !json) {
      errors.error(
          LoginKeys.CREDENTIALS_JSON, "expected the JSON key of a service account, found nothing");
    } else if (source.equals(LoginKeys.OAUTH_USER)) {
      for (String key :
          List.of(
              LoginKeys.OAUTH_CLIENT_ID,
              LoginKeys.OAUTH_CLIENT_SECRET,
              LoginKeys.OAUTH_REFRESH_TOKEN)) {
        if (value(key, "").isEmpty()) {
          errors.error(
              key, "needed by " + LoginKeys.CREDENTIALS_SOURCE + "=oauth_user, found nothing");
        }
      }
    }
    if (!value(LoginKeys.IMPERSONATE, "").matches("|[^@ ]+@[^@ ]+")) {
      errors.error(
          LoginKeys.IMPERSONATE,
          "expected the e-mail address of a service account, found "
              + value(LoginKeys.IMPERSONATE, ""));
    }
    if (value(LoginKeys.PROXY_HOST, "").isEmpty() && !value(LoginKeys.PROXY_USER, "").isEmpty()) {
      errors.error(LoginKeys.PROXY_HOST, "expected the host of the proxy, found only its user");
    }
  }

  private void endpoints() {
    endpoint(BigQuerySinkConfig.ENDPOINT, BigQueryClients.PUBLIC_ENDPOINT);
    endpoint(BucketKeys.ENDPOINT, BigQueryClients.PUBLIC_STORAGE_ENDPOINT);
    endpoint(LoginKeys.IAM_ENDPOINT, BigQueryClients.PUBLIC_ENDPOINT);
    endpoint(LoginKeys.OAUTH_TOKEN_URL, BigQueryClients.PUBLIC_ENDPOINT);
  }

  private void endpoint(String key, String initial) {
    String text = value(key, initial);
    try {
      URI endpoint = new URI(text);
      if (endpoint.getHost() == null || !BigQueryNetwork.isSafe(endpoint)) {
        errors.error(
            key,
            "expected an https URL, or an http one on this machine, found "
                + text
                + ": credentials must not travel in the clear");
      }
    } catch (URISyntaxException e) {
      errors.error(key, "expected a URL, found " + text);
    }
  }

  /** The quota of loads does not stop anything; it makes flushes wait. */
  private void interval() {
    try {
      int tasks = Integer.parseInt(value("tasks.max", "1"));
      long interval = Long.parseLong(value(SinkConfig.FLUSH_INTERVAL_MS, "60000"));
      long shortest = LoadBudget.shortestIntervalMs(tasks);
      if (interval < shortest
          && value(SinkConfig.WRITE_MODE, "append").equals("append")
          && value(BigQuerySinkConfig.WRITE_METHOD, "load_job").equals("load_job")) {
        LOG.warn(
            "{}={} is shorter than BigQuery's quota of 1,500 load jobs per table and day allows for"
                + " long: with tasks.max={} and all partitions in one table, {} ms per partition."
                + " Flushes will wait when the quota is used up; bigquery.write.method="
                + "storage_write has no such limit",
            SinkConfig.FLUSH_INTERVAL_MS,
            interval,
            tasks,
            shortest);
      }
    } catch (NumberFormatException e) {
      LOG.debug("Left the rule on load jobs out: another rule reports the number", e);
    }
  }

  private String value(String key, String initial) {
    String value = properties.get(key);
    return value == null || value.isBlank() ? initial : value.trim();
  }
}
