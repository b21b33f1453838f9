package io.writeback.domo;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.apache.kafka.common.config.ConfigException;

/** What the settings of columns, rows and cursors must keep to together. */
final class CursorRules {
  private final DomoSourceConfig config;
  private final BiConsumer<String, String> errors;

  /**
   * Rules.
   *
   * @param errors takes the key to change and what is wrong
   */
  CursorRules(DomoSourceConfig config, BiConsumer<String, String> errors) {
    this.config = config;
    this.errors = errors;
  }

  /**
   * Why rows may come more than once.
   *
   * @param key of the setting to change
   */
  record Weakness(String key, String reason) {}

  void check() {
    entriesNameDataSets();
    keysAreRead();
    if (config.mode() != ReadMode.SNAPSHOT) {
      everyDataSetHasACursor();
      if (config.datasetSettings().onDeleted() == OnDeleted.EMPTY) {
        errors.accept(
            OperationKeys.ON_DELETED,
            "rows read by a cursor have no version that could be empty: use fail or ignore, or"
                + " domo.mode=snapshot");
      }
      if (config.mode() == ReadMode.INCREMENTAL
          && !config.getList(OperationKeys.METADATA_FIELDS).isEmpty()) {
        errors.accept(
            OperationKeys.METADATA_FIELDS,
            "rows read by a cursor belong to no snapshot, so these fields would be null always:"
                + " leave them out");
      }
      CursorSettings cursors = config.cursorSettings();
      if (cursors.overlap() > 0 && cursors.delayMs() > 0) {
        errors.accept(
            SelectionKeys.CURSOR_OVERLAP,
            "both reads late rows, this again and again and "
                + SelectionKeys.CURSOR_DELAY_MS
                + " later: set one of them");
      }
    }
    if (config.exactlyOnce()) {
      weakness(config.originalsStrings())
          .ifPresent(
              weak ->
                  errors.accept(
                      weak.key(),
                      "exactly.once.support=required cannot be kept: "
                          + weak.reason()
                          + ", or set exactly.once.support=requested"));
    }
  }

  /** Why rows may come more than once though the worker supports exactly-once, if they may. */
  static Optional<Weakness> weakness(Map<String, String> props) {
    String mode = props.getOrDefault(DomoConfigDef.MODE, ReadMode.SNAPSHOT.setting());
    if (ReadMode.SNAPSHOT.setting().equals(mode)) {
      return Optional.empty();
    }
    try {
      if (number(props, SelectionKeys.CURSOR_OVERLAP) > 0) {
        return weak(
            SelectionKeys.CURSOR_OVERLAP, "an overlap sends rows again by design: set it to 0");
      }
      if (ReadMode.SNAPSHOT_INCREMENTAL.setting().equals(mode)
          && number(props, SelectionKeys.CURSOR_DELAY_MS) > 0) {
        return weak(
            SelectionKeys.CURSOR_DELAY_MS,
            "the snapshot holds rows that are younger than the delay, and they come again by their"
                + " cursor: set it to 0");
      }
      for (Map.Entry<String, List<String>> entry :
          SelectionKeys.cursors(props.getOrDefault(SelectionKeys.CURSOR_COLUMNS, "")).entrySet()) {
        if (entry.getValue().size() < 2) {
          return weak(
              SelectionKeys.CURSOR_COLUMNS,
              "\""
                  + entry.getKey()
                  + "\" has no tiebreak, so rows of one cursor value may come again after a"
                  + " restart: add a column that is unique within a value");
        }
      }
      return Optional.empty();
    } catch (IllegalArgumentException | ConfigException e) {
      return weak(SelectionKeys.CURSOR_COLUMNS, "it cannot be read: " + e.getMessage());
    }
  }

  private void everyDataSetHasACursor() {
    Map<String, List<String>> cursors = config.choices().cursors();
    config
        .namedDatasets()
        .forEach(
            (id, alias) -> {
              if (RowChoices.find(cursors, id, alias).isEmpty()) {
                errors.accept(
                    SelectionKeys.CURSOR_COLUMNS,
                    "DataSet "
                        + alias
                        + " has no cursor column, which mode "
                        + config.mode().setting()
                        + " needs");
              }
            });
    if (cursors.isEmpty() && config.namedDatasets().isEmpty()) {
      errors.accept(
          SelectionKeys.CURSOR_COLUMNS, "name the cursor column of each DataSet by its GUID");
    }
  }

  /** A mistyped name would silently mean everything. */
  private void entriesNameDataSets() {
    Map<String, String> named = config.namedDatasets();
    Map<String, Set<String>> entries =
        Map.of(
            SelectionKeys.COLUMNS, config.choices().columns().keySet(),
            SelectionKeys.ROW_FILTER, config.choices().filters().keySet(),
            SelectionKeys.CURSOR_COLUMNS, config.choices().cursors().keySet());
    entries.forEach(
        (key, datasets) -> {
          for (String dataset : new TreeSet<>(datasets)) {
            boolean known =
                named.containsKey(dataset)
                    || named.containsValue(dataset)
                    || (config.selection().discovers() && OffsetChange.isLowerCaseGuid(dataset));
            if (!known) {
              errors.accept(
                  key,
                  "\""
                      + dataset
                      + "\" is neither an alias nor a GUID (in lower case) of "
                      + DomoConfigDef.DATASETS);
            }
          }
        });
  }

  private void keysAreRead() {
    Map<String, List<String>> keys =
        ConfigRules.keyColumns(config.getString(DomoConfigDef.KEY_COLUMNS));
    config
        .choices()
        .columns()
        .forEach(
            (dataset, columns) -> {
              String alias = config.namedDatasets().getOrDefault(dataset, dataset);
              List<String> missing =
                  RowChoices.find(keys, dataset, alias).orElse(List.of()).stream()
                      .filter(key -> !columns.contains(key))
                      .toList();
              if (!missing.isEmpty()) {
                errors.accept(
                    SelectionKeys.COLUMNS,
                    "\""
                        + dataset
                        + "\" leaves out "
                        + missing
                        + ", which "
                        + DomoConfigDef.KEY_COLUMNS
                        + " names");
              }
            });
  }

  private static long number(Map<String, String> props, String key) {
    return Long.parseLong(props.getOrDefault(key, "0").trim());
  }

  private static Optional<Weakness> weak(String key, String reason) {
    return Optional.of(new Weakness(key, reason));
  }
}
