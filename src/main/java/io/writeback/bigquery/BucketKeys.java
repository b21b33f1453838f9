package io.writeback.bigquery;

import io.writeback.bigquery.BigQuerySettings.Bucket;
import io.writeback.config.ConfigErrors;
import io.writeback.config.KeyGroup;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** The keys that say which bucket the rows of load jobs wait in, if any. */
final class BucketKeys {
  static final String BUCKET = "bigquery.gcs.bucket";
  static final String PREFIX = "bigquery.gcs.prefix";
  static final String ENDPOINT = "bigquery.gcs.endpoint";

  private static final String DEFAULT_PREFIX = "writeback";

  private BucketKeys() {}

  static void define(ConfigDef def) {
    KeyGroup keys = new KeyGroup(def, "BigQuery Cloud Storage");
    keys.text(
        BUCKET,
        "",
        "Bucket of Cloud Storage that the rows of load jobs are written to; a job then names its"
            + " object. Default: rows are uploaded with the job itself. The bucket must exist, in a"
            + " location from which BigQuery loads into the dataset, and must not make the requester"
            + " pay; the service account needs storage.objects.create, get, list and delete on it"
            + " (roles/storage.objectUser). An object is deleted as soon as its job is done, and"
            + " what a crash leaves behind by later loads. A lifecycle rule may delete what is older"
            + " than two days below the prefix; it tidies up after a connector that is gone. Soft"
            + " delete, versions and a retention policy keep what is deleted, and that costs. Objects"
            + " are encrypted by the default key of the bucket. It is for load_job, and for"
            + " snapshots, which every write method stages by load jobs.");
    keys.text(
        PREFIX,
        DEFAULT_PREFIX,
        "Beginning of the names of objects in "
            + BUCKET
            + ". Nobody else may write there. A delivery has a folder of its own below it.");
    keys.text(
        ENDPOINT,
        BigQueryClients.PUBLIC_STORAGE_ENDPOINT,
        "Root URL of the JSON API of Cloud Storage: for private endpoints and local ones.");
  }

  /** The bucket of a configuration that obeys the rules. */
  static Optional<Bucket> bucket(AbstractConfig config) {
    return Optional.of(config.getString(BUCKET).trim())
        .filter(name -> !name.isEmpty())
        .map(
            name ->
                new Bucket(
                    name,
                    withoutSlashes(config.getString(PREFIX).trim()),
                    config.getString(ENDPOINT).trim()));
  }

  private static String withoutSlashes(String prefix) {
    return prefix.replaceAll("^/+|/+$", "");
  }

  /** Rules that need no connection. */
  static void check(Map<String, String> properties, ConfigErrors errors) {
    String bucket = properties.getOrDefault(BUCKET, "").trim();
    if (bucket.isEmpty()) {
      unused(properties, errors, PREFIX, DEFAULT_PREFIX);
      unused(properties, errors, ENDPOINT, BigQueryClients.PUBLIC_STORAGE_ENDPOINT);
      return;
    }
    // Documentation page "Bucket naming guidelines".
    if (!bucket.matches("[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")) {
      errors.error(
          BUCKET,
          "expected the bare name of a bucket, such as my-bucket, without gs:// and without a"
              + " folder, which belongs to "
              + PREFIX
              + "; found "
              + bucket);
    }
    String prefix = properties.getOrDefault(PREFIX, "").trim();
    // BigQuery reads several slashes as one, and a star as a wildcard ("Loading data from Cloud
    // Storage").
    if (!prefix.matches("[A-Za-z0-9._=/-]*") || prefix.contains("//")) {
      errors.error(
          PREFIX, "expected letters, digits and . _ = - between single slashes, found " + prefix);
    }
    if ("upsert".equals(properties.get("write.mode"))
        && "storage_write".equals(properties.get(BigQuerySinkConfig.WRITE_METHOD))) {
      errors.error(
          BUCKET,
          "write.mode=upsert by storage_write runs no load job, so nothing would be written to the"
              + " bucket: leave it out, or use "
              + BigQuerySinkConfig.WRITE_METHOD
              + "=load_job");
    }
  }

  private static void unused(
      Map<String, String> properties, ConfigErrors errors, String key, String initial) {
    String value = properties.getOrDefault(key, "").trim();
    if (!value.isEmpty() && !value.equals(initial)) {
      errors.error(key, "has no effect without " + BUCKET + ": set that too, or leave this out");
    }
  }
}
