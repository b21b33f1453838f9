package io.writeback.domo;

import java.net.URI;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** What single settings must look like, and how they are read. */
final class ConfigRules {
  static final ConfigDef.Validator NOT_BLANK =
      text("a text that is not blank", ConfigRules::notBlank);
  static final ConfigDef.Validator API_URL =
      text("https://host, or http://localhost:port for tests", ConfigRules::apiUrl);
  static final ConfigDef.Validator PROXY_URL =
      text(
          "http://host:port",
          value -> {
            if (!value.isEmpty()) {
              uri(value);
            }
          });
  static final ConfigDef.Validator DATASETS = list("guid or guid:alias", ConfigRules::datasets);
  static final ConfigDef.Validator PATTERNS = list("regular expressions", ConfigRules::patterns);
  static final ConfigDef.Validator KEY_COLUMNS =
      text("dataset: column, column; dataset: column", ConfigRules::keyColumns);

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9._-]+");

  private ConfigRules() {}

  /** Ids in lower case and their aliases. */
  static Map<String, String> datasets(List<String> entries) {
    Map<String, String> datasets = new LinkedHashMap<>();
    Set<String> aliases = new HashSet<>();
    for (String entry : entries) {
      String[] parts = entry.trim().split(":", 2);
      String id = parts[0].trim().toLowerCase(Locale.ROOT);
      String alias = parts.length == 2 ? parts[1].trim() : id;
      if (!OffsetChange.isLowerCaseGuid(id)) {
        throw new IllegalArgumentException(
            "\"" + entry + "\": expected a GUID as in the DataSet's address in Domo");
      }
      if (!ALIAS.matcher(alias).matches()) {
        throw new IllegalArgumentException(
            "alias \"" + alias + "\": letters, digits, dot, dash and underscore only");
      }
      if (datasets.put(id, alias) != null || !aliases.add(alias)) {
        throw new IllegalArgumentException("\"" + entry + "\": GUID or alias is there twice");
      }
    }
    return datasets;
  }

  static List<Pattern> patterns(List<String> entries) {
    try {
      return entries.stream().map(Pattern::compile).toList();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("no regular expression: " + e.getMessage(), e);
    }
  }

  /** Column names by GUID or alias. */
  static Map<String, List<String>> keyColumns(String text) {
    return PerDataset.columns(text);
  }

  static URI uri(String value) {
    URI uri;
    try {
      uri = URI.create(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is no URL", e);
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("is no URL with a host");
    }
    return uri;
  }

  private static void apiUrl(String value) {
    URI uri = uri(value);
    boolean secure = "https".equals(uri.getScheme());
    boolean local = "http".equals(uri.getScheme()) && LOOPBACK.contains(uri.getHost());
    if (!secure && !local) {
      throw new IllegalArgumentException(
          "expected https, because the client secret travels there; plain http on loopback only");
    }
    if (uri.getPath() != null && uri.getPath().length() > 1) {
      throw new IllegalArgumentException("expected no path");
    }
  }

  private static void notBlank(String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("must not be blank");
    }
  }

  /** That rule, for a text that may be left out. */
  static ConfigDef.Validator optional(ConfigDef.Validator rule) {
    return new Rule(
        rule + ", or nothing",
        value -> {
          if (!"".equals(value) && rule instanceof Rule known) {
            known.check.accept(value);
          }
        });
  }

  static ConfigDef.Validator text(String allowed, Consumer<String> rule) {
    return new Rule(allowed, value -> rule.accept((String) value));
  }

  @SuppressWarnings("unchecked")
  static ConfigDef.Validator list(String allowed, Consumer<List<String>> rule) {
    return new Rule(allowed, value -> rule.accept((List<String>) value));
  }

  /**
   * A rule that shows in the reference what it allows.
   *
   * @param allowed in words
   */
  private record Rule(String allowed, Consumer<Object> check) implements ConfigDef.Validator {
    @Override
    public void ensureValid(String name, Object value) {
      if (value == null) {
        return;
      }
      try {
        check.accept(value);
      } catch (IllegalArgumentException e) {
        throw new ConfigException(name, value, e.getMessage());
      }
    }

    @Override
    public String toString() {
      return allowed;
    }
  }
}
