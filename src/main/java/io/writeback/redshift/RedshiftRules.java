package io.writeback.redshift;

import io.writeback.config.ConfigErrors;
import io.writeback.sink.SinkConfig;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Rules between keys of the Redshift sink. Pure. */
final class RedshiftRules {
  /** Options that leave rows out, or that the sink itself sets. */
  private static final Pattern REFUSED =
      Pattern.compile(
          "(?i)\\b(MAXERROR|IGNOREALLERRORS|NOLOAD|FILLRECORD|IGNOREHEADER|IGNOREBLANKLINES"
              + "|EMPTYASNULL|BLANKSASNULL|TRIMBLANKS|NULL|CSV|JSON|AVRO|PARQUET|ORC|SHAPEFILE"
              + "|DELIMITER|FIXEDWIDTH|QUOTE|ESCAPE|REMOVEQUOTES|MANIFEST|GZIP|ZSTD|LZOP|BZIP2"
              + "|IAM_ROLE|CREDENTIALS|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|REGION)\\b");

  private RedshiftRules() {}

  static void check(Map<String, String> properties, ConfigErrors errors) {
    ssl(properties, errors);
    keys(properties, errors);
    endpoint(properties, errors);
    copyOptions(properties, errors);
    SshRules.check(properties, errors);
    tables(properties, errors);
    guarantee(properties, errors);
  }

  private static void guarantee(Map<String, String> properties, ConfigErrors errors) {
    if (value(properties, SinkConfig.DELIVERY_GUARANTEE, "").equals("at_least_once")) {
      errors.error(
          SinkConfig.DELIVERY_GUARANTEE,
          "at_least_once buys nothing here: the Redshift sink moves rows and position in one"
              + " transaction anyway. Leave the key out.");
    }
  }

  private static void tables(Map<String, String> properties, ConfigErrors errors) {
    boolean byKey = value(properties, RedshiftSinkConfig.TABLE_DISTSTYLE, "auto").equals("key");
    if (byKey && value(properties, RedshiftSinkConfig.TABLE_DISTKEY, "").isEmpty()) {
      errors.error(
          RedshiftSinkConfig.TABLE_DISTKEY,
          "missing, although " + RedshiftSinkConfig.TABLE_DISTSTYLE + "=key");
    }
    for (String key : List.of(RedshiftSinkConfig.SQL_BEFORE, RedshiftSinkConfig.SQL_AFTER)) {
      SqlHooks.refused(value(properties, key, ""))
          .ifPresent(
              word ->
                  errors.error(
                      key,
                      word + " is not allowed: it ends the transaction, or cannot run inside one"));
    }
    if (!value(properties, RedshiftSinkConfig.S3_KMS_KEY_ID, "").isEmpty()
        && !value(properties, RedshiftSinkConfig.S3_ENCRYPTION, "bucket").equals("sse-kms")) {
      errors.error(
          RedshiftSinkConfig.S3_ENCRYPTION,
          "expected sse-kms, because " + RedshiftSinkConfig.S3_KMS_KEY_ID + " is set");
    }
  }

  private static void ssl(Map<String, String> properties, ConfigErrors errors) {
    String host = value(properties, RedshiftSinkConfig.HOST, "localhost");
    boolean none = value(properties, RedshiftSinkConfig.SSL_MODE, "").equals("none");
    if (none && !Hosts.loopback(host)) {
      errors.error(
          RedshiftSinkConfig.SSL_MODE,
          "none sends the password in the clear over the network, and anybody could answer for "
              + host
              + ". Use verify-full, with the authority in "
              + RedshiftSinkConfig.SSL_CA
              + " if it is a private one; verify-ca if the name in the certificate is another.");
    }
  }

  private static void keys(Map<String, String> properties, ConfigErrors errors) {
    boolean id = !value(properties, RedshiftSinkConfig.S3_ACCESS_KEY_ID, "").isEmpty();
    boolean secret = !value(properties, RedshiftSinkConfig.S3_SECRET_ACCESS_KEY, "").isEmpty();
    boolean token = !value(properties, RedshiftSinkConfig.S3_SESSION_TOKEN, "").isEmpty();
    if (id && !secret) {
      errors.error(
          RedshiftSinkConfig.S3_SECRET_ACCESS_KEY,
          "missing, although " + RedshiftSinkConfig.S3_ACCESS_KEY_ID + " is set");
    }
    if ((secret || token) && !id) {
      errors.error(
          RedshiftSinkConfig.S3_ACCESS_KEY_ID,
          "missing, although a secret key or session token is set");
    }
  }

  private static void endpoint(Map<String, String> properties, ConfigErrors errors) {
    String endpoint = value(properties, RedshiftSinkConfig.S3_ENDPOINT, "");
    if (endpoint.isEmpty()) {
      return;
    }
    try {
      URI uri = URI.create(endpoint);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean plain = scheme.equals("http") && Hosts.loopback(String.valueOf(uri.getHost()));
      if (uri.getHost() == null || !(plain || scheme.equals("https"))) {
        errors.error(
            RedshiftSinkConfig.S3_ENDPOINT,
            "expected an https URL, or http to this machine; rows would travel in the clear");
      }
    } catch (IllegalArgumentException e) {
      errors.error(RedshiftSinkConfig.S3_ENDPOINT, "expected a URL: " + e.getMessage());
    }
  }

  private static void copyOptions(Map<String, String> properties, ConfigErrors errors) {
    String options = value(properties, RedshiftSinkConfig.COPY_OPTIONS, "");
    var refused = REFUSED.matcher(options);
    if (refused.find()) {
      errors.error(
          RedshiftSinkConfig.COPY_OPTIONS,
          refused.group().toUpperCase(Locale.ROOT)
              + " is not allowed: it leaves rows out, changes values, or is set by the connector");
    }
    if (options.contains(";") || options.contains("--") || options.contains("/*")) {
      errors.error(
          RedshiftSinkConfig.COPY_OPTIONS, "expected options of one COPY statement and no more");
    }
  }

  private static String value(Map<String, String> properties, String key, String otherwise) {
    String value = properties.get(key);
    return value == null ? otherwise : value.trim();
  }
}
