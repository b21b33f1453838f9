package io.writeback.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * The config reference: one Markdown page for each connector of this plugin, made from its
 * ConfigDef. {@code mvn -Pdocs} writes the pages.
 */
public final class ConfigReference {
  /** Where the pages are, from the root of the project. */
  static final Path DIRECTORY = Path.of("src", "docs", "config");

  static final String COMMAND = "mvn -Pdocs";

  private static final Path SERVICES = Path.of("src", "main", "resources", "META-INF", "services");
  private static final String NO_GROUP = "Other";

  private static final Map<String, Long> TIMES = new LinkedHashMap<>();
  private static final Map<String, Long> SIZES = new LinkedHashMap<>();

  static {
    TIMES.put("d", 86_400_000L);
    TIMES.put("h", 3_600_000L);
    TIMES.put("min", 60_000L);
    TIMES.put("s", 1_000L);
    SIZES.put("GiB", 1L << 30);
    SIZES.put("MiB", 1L << 20);
    SIZES.put("KiB", 1L << 10);
  }

  private ConfigReference() {}

  /** Writes all pages, in the root of the project. */
  public static void main(String[] args) throws IOException {
    for (Map.Entry<Path, String> page : pages().entrySet()) {
      Files.createDirectories(DIRECTORY);
      Files.writeString(page.getKey(), page.getValue());
      System.out.println("docs  " + page.getKey());
    }
  }

  /** The text of each page, by its path from the root of the project. */
  static Map<Path, String> pages() {
    Map<Path, String> pages = new LinkedHashMap<>();
    for (Connector connector : connectors()) {
      pages.put(DIRECTORY.resolve(fileName(connector)), page(connector));
    }
    return pages;
  }

  /** The connectors that this plugin declares to workers. */
  static List<Connector> connectors() {
    List<Connector> connectors = new ArrayList<>();
    for (Class<?> kind : List.of(SourceConnector.class, SinkConnector.class)) {
      try {
        for (String name : Files.readAllLines(SERVICES.resolve(kind.getName()))) {
          connectors.add((Connector) Class.forName(name).getDeclaredConstructor().newInstance());
        }
      } catch (IOException | ReflectiveOperationException e) {
        throw new IllegalStateException("Expected to run in the root of the project", e);
      }
    }
    return connectors;
  }

  /** {@code BigQuerySinkConnector} has the page {@code bigquery-sink.md}. */
  private static String fileName(Connector connector) {
    return connector
            .getClass()
            .getSimpleName()
            .replaceFirst("(Source|Sink)Connector$", "-$1")
            .toLowerCase(Locale.ROOT)
        + ".md";
  }

  private static String page(Connector connector) {
    StringBuilder text = new StringBuilder();
    text.append("# ").append(connector.getClass().getSimpleName()).append("\n\n");
    text.append("`connector.class=").append(connector.getClass().getName()).append("`\n\n");
    text.append("Generated from the connector's ConfigDef by `").append(COMMAND).append("`.\n");
    groups(connector.config())
        .forEach(
            (group, keys) -> {
              text.append("\n## ").append(group).append('\n');
              keys.forEach(key -> text.append('\n').append(entry(key)));
            });
    return text.toString();
  }

  /** Groups and keys in the order in which the ConfigDef defines them. */
  private static Map<String, List<ConfigKey>> groups(ConfigDef def) {
    Map<String, List<ConfigKey>> groups = new LinkedHashMap<>();
    Collection<ConfigKey> keys = def.configKeys().values();
    for (ConfigKey key : keys) {
      if (!key.internalConfig) {
        groups
            .computeIfAbsent(key.group == null ? NO_GROUP : key.group, g -> new ArrayList<>())
            .add(key);
      }
    }
    return groups;
  }

  private static String entry(ConfigKey key) {
    StringBuilder text = new StringBuilder();
    text.append("### `").append(key.name).append("`\n");
    text.append(plain(key.documentation)).append("\n\n");
    text.append("- Type: ").append(word(key.type)).append('\n');
    text.append("- Default: ").append(defaultValue(key)).append('\n');
    if (key.validator != null) {
      text.append("- Valid values: ").append(validValues(key)).append('\n');
    }
    text.append("- Importance: ").append(word(key.importance)).append('\n');
    return text.toString();
  }

  private static String defaultValue(ConfigKey key) {
    if (!key.hasDefault()) {
      return "none, required";
    }
    Object value = key.defaultValue;
    if (value == null || key.type == ConfigDef.Type.PASSWORD) {
      return "none";
    }
    String text = ConfigDef.convertToString(value, key.type);
    if (text.isEmpty()) {
      return "empty";
    }
    return "`" + text + "`" + (value instanceof Number number ? inWords(key.name, number) : "");
  }

  /** The unit is in the name of the key; 21600000 ms are easier to read as 6 h. */
  private static String inWords(String name, Number value) {
    long number = value.longValue();
    if (name.endsWith(".ms")) {
      return largest(number, TIMES);
    }
    return name.endsWith(".bytes") ? largest(number, SIZES) : "";
  }

  private static String largest(long number, Map<String, Long> units) {
    return units.entrySet().stream()
        .filter(unit -> number > 0 && number % unit.getValue() == 0)
        .findFirst()
        .map(unit -> " (" + number / unit.getValue() + " " + unit.getKey() + ")")
        .orElse("");
  }

  /** A range as a person would write it; other rules say themselves what they allow. */
  private static String validValues(ConfigKey key) {
    String text = key.validator.toString();
    if (key.validator instanceof ConfigDef.Range) {
      String[] bounds = text.substring(1, text.length() - 1).split(",", -1);
      String last = bounds[bounds.length - 1];
      return "...".equals(last) ? bounds[0] + " or more" : bounds[0] + " to " + last;
    }
    if (key.validator instanceof ConfigDef.ValidString) {
      return "one of " + text.substring(1, text.length() - 1);
    }
    return plain(text);
  }

  /** Text that Markdown leaves as it is. */
  private static String plain(String text) {
    return text.replaceAll("[<*]|(?<!\\w)_", "\\\\$0");
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
