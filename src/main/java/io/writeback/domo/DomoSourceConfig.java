package io.writeback.domo;

import io.writeback.retry.Backoff;
import java.net.URI;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** The parsed settings of the connector and of one task. */
final class DomoSourceConfig extends AbstractConfig {
  static final ConfigDef DEF = DomoConfigDef.create();

  DomoSourceConfig(Map<String, String> properties) {
    super(DEF, properties, false);
  }

  String connectorName() {
    return originalsStrings().getOrDefault("name", "domo");
  }

  /**
   * Whether an unfinished snapshot may be resumed. A task cannot see whether its worker has
   * exactly-once support on, so only a connector that requires it counts; dropped rows would be
   * miscounted.
   */
  boolean resumes() {
    return exactlyOnce() && !droppedAllowed() && !streams();
  }

  HttpSettings http() {
    return new HttpSettings(
        URI.create(getString(DomoConfigDef.API_URL)),
        getString(DomoConfigDef.CLIENT_ID),
        getPassword(DomoConfigDef.CLIENT_SECRET),
        getList(DomoApiKeys.SCOPES),
        new HttpSettings.Timeouts(
            getLong(DomoConfigDef.CONNECT_TIMEOUT_MS),
            getLong(DomoConfigDef.READ_TIMEOUT_MS),
            getLong(DomoConfigDef.REQUEST_TIMEOUT_MS),
            getLong(DomoConfigDef.DOWNLOAD_TIMEOUT_MS)),
        new HttpSettings.Load(
            getInt(DomoApiKeys.REQUESTS_PER_MINUTE), getInt(DomoApiKeys.DOWNLOAD_CONCURRENCY)),
        text(DomoConfigDef.PROXY_URL).map(this::proxy),
        text(DomoApiKeys.INSTANCE_URL)
            .map(
                url ->
                    new HttpSettings.Instance(
                        URI.create(url), getPassword(DomoApiKeys.DEVELOPER_TOKEN))),
        text(DomoApiKeys.SSL_CA_FILE).map(Path::of));
  }

  private HttpSettings.Proxy proxy(String url) {
    return new HttpSettings.Proxy(
        URI.create(url),
        text(DomoConfigDef.PROXY_USER),
        Optional.ofNullable(getPassword(DomoConfigDef.PROXY_PASSWORD)));
  }

  private Optional<String> text(String key) {
    return Optional.of(getString(key)).filter(value -> !value.isEmpty());
  }

  Verification.Rules verification() {
    return new Verification.Rules(
        getBoolean(DomoApiKeys.VERIFY_METADATA_ROWS),
        "warn".equals(getString(DomoApiKeys.PDP)),
        getInt(DomoApiKeys.VERIFY_SAMPLE_ROWS));
  }

  Map<String, String> namedDatasets() {
    return ConfigRules.datasets(getList(DomoConfigDef.DATASETS));
  }

  DatasetSelection selection() {
    return new DatasetSelection(
        namedDatasets(),
        ConfigRules.patterns(getList(DomoConfigDef.INCLUDE)),
        ConfigRules.patterns(getList(DomoConfigDef.EXCLUDE)),
        getInt(DomoConfigDef.TASK_INDEX),
        getInt(DomoConfigDef.TASK_COUNT));
  }

  DatasetSettings datasetSettings() {
    return new DatasetSettings(
        namedDatasets(),
        ConfigRules.keyColumns(getString(DomoConfigDef.KEY_COLUMNS)),
        getString(DomoConfigDef.TOPIC_FORMAT),
        getString(DomoConfigDef.SNAPSHOT_TOPIC),
        FieldNames.of(getString(DomoConfigDef.FIELD_NAMES)),
        forms(),
        OnDeleted.of(getString(OperationKeys.ON_DELETED)),
        getList(OperationKeys.METADATA_FIELDS),
        choices(),
        fingerprint(true),
        fingerprint(false));
  }

  EmissionSettings emissionSettings() {
    return new EmissionSettings(
        connectorName(),
        getString(DomoConfigDef.SNAPSHOT_TOPIC),
        getInt(DomoConfigDef.BATCH_MAX_ROWS),
        getLong(DomoConfigDef.BATCH_MAX_BYTES),
        droppedAllowed(),
        exactlyOnce() && pollCommits(),
        forms(),
        originalsStrings().getOrDefault("transforms", ""));
  }

  ReadMode mode() {
    return ReadMode.of(getString(DomoConfigDef.MODE));
  }

  RowChoices choices() {
    return new RowChoices(
        PerDataset.columns(getString(SelectionKeys.COLUMNS)),
        SelectionKeys.conditions(getString(SelectionKeys.ROW_FILTER)),
        mode() == ReadMode.SNAPSHOT
            ? Map.of()
            : SelectionKeys.cursors(getString(SelectionKeys.CURSOR_COLUMNS)));
  }

  CursorSettings cursorSettings() {
    return new CursorSettings(
        getInt(SelectionKeys.PAGE_ROWS),
        getLong(SelectionKeys.PAGE_BYTES),
        "null".equals(getString(SelectionKeys.QUERY_EMPTY)),
        getString(SelectionKeys.CURSOR_INITIAL).strip(),
        getLong(SelectionKeys.CURSOR_OVERLAP),
        getLong(SelectionKeys.CURSOR_DELAY_MS),
        "restart".equals(getString(SelectionKeys.ON_CONFIG_CHANGE)),
        SelectionKeys.zone(getString(SelectionKeys.TIMEZONE)));
  }

  FetchLoop.Timing timing() {
    return new FetchLoop.Timing(
        getLong(DomoConfigDef.AUTH_GRACE_MS), getInt(OperationKeys.SPOOL_CONCURRENCY), backoff());
  }

  PollTimes pollTimes() {
    String schedule = getString(OperationKeys.SCHEDULE);
    return new PollTimes(
        getLong(DomoConfigDef.POLL_INTERVAL_MS),
        getLong(DomoConfigDef.DISCOVERY_INTERVAL_MS),
        schedule.isBlank() ? Optional.empty() : Optional.of(CronExpression.parse(schedule)),
        ZoneId.of(getString(OperationKeys.SCHEDULE_TIMEZONE)));
  }

  /** Whether what is wrong with one DataSet and stays so fails its task. */
  boolean failsTogether() {
    return "fail".equals(getString(OperationKeys.DATASET_FAILURE));
  }

  /** Whether rows are sent while they are downloaded. */
  boolean streams() {
    return "none".equals(getString(OperationKeys.SPOOL));
  }

  DatasetAgenda.Policy policy() {
    return new DatasetAgenda.Policy(
        new Guards(
            getLong(DomoConfigDef.MIN_ROWS),
            getDouble(DomoConfigDef.MAX_SHRINK_RATIO),
            "evolve".equals(getString(DomoConfigDef.SCHEMA_CHANGE)),
            Set.copyOf(getList(OperationKeys.ACCEPT))),
        getLong(DomoConfigDef.SETTLE_MAX_MS),
        getLong(DomoConfigDef.REFRESH_INTERVAL_MS),
        getInt(DomoApiKeys.UNSTABLE_MAX_ATTEMPTS),
        backoff(),
        getBoolean(OperationKeys.EMIT_UNCHANGED));
  }

  SpoolDirectory spoolDirectory() {
    return new SpoolDirectory(
        Path.of(getString(OperationKeys.SPOOL_DIR)),
        connectorName(),
        getLong(OperationKeys.SPOOL_MAX_BYTES),
        getBoolean(OperationKeys.SPOOL_ENCRYPT) ? SpoolCipher.ofProcess() : SpoolCipher.NONE);
  }

  boolean exactlyOnce() {
    return "required".equalsIgnoreCase(originalsStrings().get("exactly.once.support"));
  }

  private boolean pollCommits() {
    return "poll".equalsIgnoreCase(originalsStrings().getOrDefault("transaction.boundary", "poll"));
  }

  private boolean droppedAllowed() {
    return "allow".equals(getString(DomoConfigDef.DROPPED_ROWS));
  }

  private CellForms forms() {
    return new CellForms(
        new Decimals(
            Decimals.Handling.of(getString(DomoConfigDef.DECIMAL_HANDLING)),
            getInt(DomoConfigDef.DECIMAL_SCALE)),
        new NullCells(getString(DomoConfigDef.NULL_TEXT)),
        SelectionKeys.zone(getString(SelectionKeys.TIMEZONE)));
  }

  private Backoff backoff() {
    long base = getLong(DomoConfigDef.RETRY_BACKOFF_MS);
    return new Backoff(base, Math.max(base, getLong(DomoConfigDef.RETRY_BACKOFF_MAX_MS)));
  }

  /**
   * What makes other records of the same data: intervals, limits and secrets do not.
   *
   * @param counted whether rows are counted, so that what may drop some makes a difference
   */
  private String fingerprint(boolean counted) {
    Fingerprint print = new Fingerprint();
    for (String key :
        List.of(
            DomoConfigDef.MODE,
            DomoConfigDef.FIELD_NAMES,
            DomoConfigDef.DECIMAL_HANDLING,
            DomoConfigDef.DECIMAL_SCALE,
            DomoConfigDef.NULL_TEXT,
            SelectionKeys.TIMEZONE,
            OperationKeys.METADATA_FIELDS)) {
      print.add(key).add(String.valueOf(values().get(key)));
    }
    if (mode() != ReadMode.SNAPSHOT) {
      print.add(SelectionKeys.QUERY_EMPTY).add(getString(SelectionKeys.QUERY_EMPTY));
    }
    if (!counted) {
      return print.hex();
    }
    print.add(DomoConfigDef.DROPPED_ROWS).add(getString(DomoConfigDef.DROPPED_ROWS));
    new TreeMap<>(originalsStrings())
        .forEach(
            (key, value) -> {
              if (changesRecords(key)) {
                print.add(key).add(value);
              }
            });
    return print.hex();
  }

  private static boolean changesRecords(String key) {
    return key.equals("transforms")
        || key.startsWith("transforms.")
        || key.equals("predicates")
        || key.startsWith("predicates.");
  }
}
