package io.writeback.domo;

import io.writeback.retry.FaultException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;

/**
 * Checks a configuration as a whole, then by a real connection. Only definite answers become
 * errors: an outage of Domo must not stand in the way of changing a configuration.
 */
final class ConfigValidation {
  private static final String FILTER = "org.apache.kafka.connect.transforms.Filter";

  /** The worker answers its caller within 90 s. */
  private static final LiveValidation.Limits LIMITS = new LiveValidation.Limits(10_000, 30_000);

  /** For all connectors of the worker. */
  private static final LiveFindingsCache FOUND =
      new LiveFindingsCache(30_000, InstantSource.system());

  private final Config config;
  private final Map<String, String> props;

  ConfigValidation(Config config, Map<String, String> props) {
    this.config = config;
    this.props = props;
  }

  void run(Function<HttpSettings, DomoApi> apis) {
    if (clean()) {
      DomoSourceConfig settings = new DomoSourceConfig(props);
      selectsSomething(settings);
      keepsManifests();
      new CursorRules(settings, this::error).check();
      spoolIsWritable(settings);
      keysAreOfSelected(settings);
      reachesDomo(settings);
      if (clean() && settings.getBoolean(DomoConfigDef.VALIDATION_CONNECT)) {
        connect(settings, apis);
      }
    }
  }

  private void selectsSomething(DomoSourceConfig settings) {
    if (settings.selection().named().isEmpty() && !settings.selection().discovers()) {
      error(
          DomoConfigDef.DATASETS,
          "nothing to read: name GUIDs here or patterns in " + DomoConfigDef.INCLUDE);
    }
    String format = settings.getString(DomoConfigDef.TOPIC_FORMAT);
    boolean many = settings.selection().discovers() || settings.selection().named().size() > 1;
    if (many
        && !format.contains("{alias}")
        && !format.contains("{id}")
        && !format.contains("{name}")) {
      error(
          DomoConfigDef.TOPIC_FORMAT,
          "several DataSets would share one topic: use {alias}, {id} or {name}");
    }
  }

  /** A Filter without a predicate drops the manifests as well. */
  private void keepsManifests() {
    for (String alias : props.getOrDefault("transforms", "").split(",", -1)) {
      String prefix = "transforms." + alias.trim() + ".";
      if (FILTER.equals(props.get(prefix + "type")) && !props.containsKey(prefix + "predicate")) {
        error(
            DomoConfigDef.SNAPSHOT_TOPIC,
            "transform "
                + alias.trim()
                + " is a Filter without predicate, which drops every manifest too: give it a"
                + " predicate for the data topics (TopicNameMatches)");
      }
    }
  }

  /** By GUID or alias; what is found by its name may have any GUID. */
  private void keysAreOfSelected(DomoSourceConfig settings) {
    Map<String, String> named = settings.namedDatasets();
    for (String dataset :
        ConfigRules.keyColumns(settings.getString(DomoConfigDef.KEY_COLUMNS)).keySet()) {
      boolean known = named.containsKey(dataset) || named.containsValue(dataset);
      boolean found = settings.selection().discovers() && OffsetChange.isLowerCaseGuid(dataset);
      if (!known && !found) {
        error(
            DomoConfigDef.KEY_COLUMNS,
            "\"" + dataset + "\" is no GUID (in lower case) or alias of " + DomoConfigDef.DATASETS);
      }
    }
  }

  private void reachesDomo(DomoSourceConfig settings) {
    boolean url = !settings.getString(DomoApiKeys.INSTANCE_URL).isEmpty();
    boolean token = !settings.getPassword(DomoApiKeys.DEVELOPER_TOKEN).value().isEmpty();
    if (url != token) {
      error(
          url ? DomoApiKeys.DEVELOPER_TOKEN : DomoApiKeys.INSTANCE_URL,
          "is needed together with "
              + (url ? DomoApiKeys.INSTANCE_URL : DomoApiKeys.DEVELOPER_TOKEN)
              + ": set both or none");
    }
    String file = settings.getString(DomoApiKeys.SSL_CA_FILE);
    if (!file.isEmpty()) {
      try {
        TrustedCertificates.context(Path.of(file));
      } catch (ConfigException | InvalidPathException e) {
        error(DomoApiKeys.SSL_CA_FILE, e.getMessage());
      }
    }
  }

  private void spoolIsWritable(DomoSourceConfig settings) {
    if (settings.streams()) {
      if (settings.exactlyOnce()) {
        error(
            OperationKeys.SPOOL,
            "none cannot be exactly once, because a restart begins anew: use disk, or set"
                + " exactly.once.support=requested");
      }
      return;
    }
    if (settings.getString(OperationKeys.SPOOL_DIR).isBlank()) {
      error(OperationKeys.SPOOL_DIR, "needs a directory, or set domo.spool=none");
      return;
    }
    try {
      settings.spoolDirectory().probe();
      new SpoolRoom(Path.of(settings.getString(OperationKeys.SPOOL_DIR)))
          .problem()
          .ifPresent(problem -> error(OperationKeys.SPOOL_DIR, problem));
    } catch (FaultException e) {
      error(OperationKeys.SPOOL_DIR, e.getMessage());
    }
  }

  private void connect(DomoSourceConfig settings, Function<HttpSettings, DomoApi> apis) {
    List<LiveCheck> checks = new ArrayList<>();
    checks.add(new KeyColumnsCheck(settings));
    if (!settings.streams()) {
      checks.add(new SpoolRoom(Path.of(settings.getString(OperationKeys.SPOOL_DIR))));
    }
    LiveValidation live = new LiveValidation(LIMITS, apis, checks);
    FOUND.get(props, () -> live.look(settings)).forEach(this::error);
  }

  private boolean clean() {
    return config.configValues().stream().allMatch(value -> value.errorMessages().isEmpty());
  }

  private void error(String key, String message) {
    List<ConfigValue> values = config.configValues();
    values.stream()
        .filter(value -> value.name().equals(key))
        .findFirst()
        .ifPresent(value -> value.addErrorMessage(message));
  }
}
