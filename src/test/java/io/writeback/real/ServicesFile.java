package io.writeback.real;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.writeback.bigquery.BigQuerySinkConnector;
import io.writeback.domo.DomoSourceConnector;
import io.writeback.redshift.RedshiftSinkConnector;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Connector;

/**
 * The file that says where the services are and how to log in, by the keys of the connectors.
 *
 * @param settings as they stand in the file
 * @param secrets values that must never be printed
 */
record ServicesFile(Map<String, String> settings, Set<String> secrets) {
  /** Another account, to see what it is told about our jobs. */
  static final String OTHER_KEY = "real.bigquery.other.key.file";

  /** How long a DataSet is watched for a new version. */
  static final String WATCH_SECONDS = "real.domo.watch.seconds";

  private static final Set<String> OWN = Set.of(OTHER_KEY, WATCH_SECONDS);
  private static final int SHORTEST_SECRET = 4;
  private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("---rwxrwx");

  /** What a connector wants to be told besides, and nobody asks it here. */
  private static final Map<String, String> SINK =
      Map.of(
          "name", "writeback-probe",
          "topics", "writeback-probe",
          "validation.connect", "false",
          // Load jobs would have the flush interval be fitted to their quota.
          "bigquery.write.method", "storage_write",
          "consumer.override.isolation.level", "read_committed");

  /**
   * Reads a file that only its owner may read.
   *
   * @throws IllegalArgumentException in words for the user
   */
  static ServicesFile read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "there is no file " + file + "; -Dreal.config=FILE names one");
    }
    closedToOthers(file);
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    Map<String, String> settings = new HashMap<>();
    properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
    return of(settings);
  }

  private static void closedToOthers(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
    if (mode.stream().anyMatch(OPEN::contains)) {
      throw new IllegalArgumentException(
          file
              + " holds secrets and others may use it ("
              + PosixFilePermissions.toString(mode)
              + "): chmod 600 "
              + file);
    }
  }

  /**
   * Checks settings by the rules of the connectors.
   *
   * @throws IllegalArgumentException in words for the user, one line per wrong key
   */
  static ServicesFile of(Map<String, String> settings) {
    List<Connector> connectors =
        List.of(
            new BigQuerySinkConnector(), new RedshiftSinkConnector(), new DomoSourceConnector());
    Set<String> known = new HashSet<>(OWN);
    Set<String> secrets = new HashSet<>();
    for (Connector connector : connectors) {
      for (ConfigDef.ConfigKey key : connector.config().configKeys().values()) {
        known.add(key.name);
        if (key.type == ConfigDef.Type.PASSWORD) {
          collect(settings.getOrDefault(key.name, ""), secrets);
        }
      }
    }
    List<String> wrong = new ArrayList<>();
    settings.keySet().stream()
        .filter(key -> !known.contains(key))
        .sorted()
        .forEach(key -> wrong.add(key + ": no connector has this key"));
    if (settings.containsKey("bigquery.project")) {
      errors(connectors.get(0), SINK, settings, wrong);
    }
    if (settings.containsKey("redshift.host") && settings.containsKey("s3.bucket")) {
      errors(connectors.get(1), SINK, settings, wrong);
    }
    if (settings.containsKey("domo.client.id")) {
      errors(connectors.get(2), domo(), settings, wrong);
    }
    if (!settings.getOrDefault(WATCH_SECONDS, "0").strip().matches("\\d{1,5}")) {
      wrong.add(WATCH_SECONDS + ": expected a whole number up to 99999");
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(hide(String.join("\n", wrong), secrets));
    }
    return new ServicesFile(Map.copyOf(settings), Set.copyOf(secrets));
  }

  private static Map<String, String> domo() {
    return Map.of(
        "name", "writeback-probe",
        "validation.connect", "false",
        "domo.spool.dir", System.getProperty("java.io.tmpdir"));
  }

  private static void errors(
      Connector connector, Map<String, String> base, Map<String, String> all, List<String> wrong) {
    Map<String, String> config = new HashMap<>(base);
    config.putAll(all);
    for (ConfigValue value : connector.validate(config).configValues()) {
      value.errorMessages().forEach(message -> wrong.add(value.name() + ": " + message));
    }
  }

  /** A secret, and if it is a document, each text in it. */
  private static void collect(String secret, Set<String> into) {
    if (secret.length() < SHORTEST_SECRET) {
      return;
    }
    into.add(secret);
    secret.lines().filter(line -> line.length() >= 16).forEach(into::add);
    if (secret.strip().startsWith("{")) {
      try {
        JsonNode document = new ObjectMapper().readTree(secret);
        for (String field :
            List.of("private_key", "private_key_id", "refresh_token", "client_secret")) {
          collect(document.path(field).asText(""), into);
        }
      } catch (IOException e) {
        // No document; its lines are hidden.
        into.add(secret.strip());
      }
    }
  }

  /** A text without any secret. */
  String hide(String text) {
    return hide(text, secrets);
  }

  private static String hide(String text, Set<String> secrets) {
    String hidden = text;
    for (String secret : secrets) {
      hidden = hidden.replace(secret, "[hidden]");
    }
    return hidden;
  }
}
