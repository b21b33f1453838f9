package io.writeback.domo;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Checks offsets that an operator writes. A null offset, for any partition, forgets: the DataSet is
 * sent again. Otherwise a version and its content hash can be set in snapshot mode, and a cursor
 * and its tiebreak in the incremental modes.
 */
final class OffsetChange {
  private final Map<String, String> config;
  private final Map<String, ?> offset;
  private final String dataset;

  private OffsetChange(Map<String, String> config, Map<String, ?> offset, String dataset) {
    this.config = config;
    this.offset = offset;
    this.dataset = dataset;
  }

  /**
   * Checks.
   *
   * @param config of the connector
   * @throws ConnectException in words for the operator
   */
  static void check(Map<String, String> config, Map<String, ?> partition, Map<String, ?> offset) {
    if (offset == null) {
      return;
    }
    if (partition == null
        || partition.size() != 1
        || !(partition.get(SourcePosition.DATASET) instanceof String id)
        || !isLowerCaseGuid(id)) {
      throw new ConnectException(
          "expected the partition {\"dataset\": \"<GUID in lower case>\"} and nothing else, got "
              + partition);
    }
    OffsetChange change = new OffsetChange(config, offset, id);
    String mode = config.getOrDefault(DomoConfigDef.MODE, ReadMode.SNAPSHOT.setting());
    if (mode.equals(ReadMode.SNAPSHOT.setting())) {
      change.version();
    } else {
      change.cursor();
    }
  }

  static boolean isLowerCaseGuid(String id) {
    try {
      return UUID.fromString(id).toString().equals(id);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void version() {
    only(Set.of(SourcePosition.VERSION, SourcePosition.HASH), SourcePosition.VERSION);
    offset.forEach(
        (name, value) -> {
          if (!(value instanceof String)) {
            throw new ConnectException("offset field " + name + " must be a text");
          }
        });
  }

  private void cursor() {
    only(Set.of(SourcePosition.CURSOR, SourcePosition.CURSOR_KEY), SourcePosition.CURSOR);
    offset.forEach(OffsetChange::primitive);
    ordered(String.valueOf(offset.get(SourcePosition.CURSOR)));
    if (offset.containsKey(SourcePosition.CURSOR_KEY) && !hasTiebreak()) {
      throw new ConnectException(
          "offset field "
              + SourcePosition.CURSOR_KEY
              + " cannot be set: the DataSet has no tiebreak in "
              + CursorColumns.SETTING);
    }
  }

  private void only(Set<String> settable, String required) {
    for (String name : offset.keySet()) {
      if (!settable.contains(name)) {
        throw new ConnectException(
            "offset field "
                + name
                + " cannot be set, only "
                + new TreeSet<>(settable)
                + "; a null offset sends the DataSet again");
      }
    }
    if (!offset.containsKey(required)) {
      throw new ConnectException("an offset needs the field " + required);
    }
  }

  private static void primitive(String name, Object value) {
    boolean whole =
        value instanceof Integer
            || value instanceof Long
            || (value instanceof BigInteger big && big.bitLength() < Long.SIZE);
    if (!whole && !(value instanceof String)) {
      throw new ConnectException(
          "offset field "
              + name
              + " must be a whole number or a text (also for numbers with decimals), got "
              + value);
    }
  }

  /** A cursor column is a number, a date or a time. Which one, the DataSet knows. */
  private static void ordered(String text) {
    for (ColumnType type : List.of(ColumnType.DECIMAL, ColumnType.DATETIME)) {
      try {
        CellValue.of(type, text);
        return;
      } catch (IllegalArgumentException other) {
        continue;
      }
    }
    throw new ConnectException(
        "offset field "
            + SourcePosition.CURSOR
            + " must be a number, a date as in 2026-01-31 or a time as in 2026-01-31T23:59:59");
  }

  private boolean hasTiebreak() {
    try {
      String named = config.getOrDefault(DomoConfigDef.DATASETS, "");
      String alias =
          named.isBlank()
              ? dataset
              : ConfigRules.datasets(List.of(named.split(",", -1))).getOrDefault(dataset, dataset);
      String cursors = config.getOrDefault(SelectionKeys.CURSOR_COLUMNS, "");
      return RowChoices.find(SelectionKeys.cursors(cursors), dataset, alias)
          .filter(names -> names.size() > 1)
          .isPresent();
    } catch (IllegalArgumentException e) {
      throw new ConnectException("the configuration of the connector is wrong", e);
    }
  }
}
