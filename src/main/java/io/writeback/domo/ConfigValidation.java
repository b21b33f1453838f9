package io.writeback.domo;

import io.writeback.domo.DomoException.Kind;
import io.writeback.retry.FaultException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a configuration as a whole, then by a real connection. Only definite answers become
 * errors: an outage of Domo must not stand in the way of changing a configuration.
 */
final class ConfigValidation {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigValidation.class);
  private static final String FILTER = "org.apache.kafka.connect.transforms.Filter";

  /** Of one call, and of all of them: the worker answers its caller within 90 s. */
  private static final long CALL_MS = 10_000;

  private static final long ALL_MS = 30_000;

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
    } catch (FaultException e) {
      error(OperationKeys.SPOOL_DIR, e.getMessage());
    }
  }

  private void connect(DomoSourceConfig settings, Function<HttpSettings, DomoApi> apis) {
    HttpSettings quick = settings.http().within(CALL_MS);
    long deadline = System.nanoTime() + ALL_MS * 1_000_000;
    try (DomoApi api = apis.apply(quick)) {
      api.identity();
      for (String id : settings.namedDatasets().keySet()) {
        if (System.nanoTime() > deadline) {
          LOG.info("Not all DataSets were looked at within {} ms", ALL_MS);
          return;
        }
        visible(api, id);
      }
      if (settings.selection().discovers()) {
        api.list(DomoApi.Order.CREATED, 0);
      }
    } catch (DomoException e) {
      definite(
          e, e.kind() == Kind.CREDENTIALS ? DomoConfigDef.CLIENT_SECRET : DomoConfigDef.INCLUDE);
    }
  }

  private void visible(DomoApi api, String id) {
    try {
      if (api.dataset(id).deleted()) {
        error(DomoConfigDef.DATASETS, "DataSet " + id + " is deleted in Domo: remove it here");
      }
    } catch (DomoException e) {
      if (e.kind() == Kind.CREDENTIALS) {
        throw e;
      }
      definite(e, DomoConfigDef.DATASETS);
    }
  }

  private void definite(DomoException e, String key) {
    switch (e.kind()) {
      case CREDENTIALS, SCOPE, FORBIDDEN, NOT_FOUND, REFUSED -> error(key, e.getMessage());
      case NETWORK, TIMEOUT, THROTTLED, SERVER, TOKEN ->
          LOG.warn("Domo could not be asked whether {} is right: {}", key, e.getMessage());
    }
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
