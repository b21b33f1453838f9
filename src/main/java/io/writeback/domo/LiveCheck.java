package io.writeback.domo;

import java.util.List;
import java.util.function.BiConsumer;

/** What validation compares of the settings with one DataSet as it is at Domo. */
@FunctionalInterface
interface LiveCheck {
  /**
   * Looks at a DataSet that is named in the settings.
   *
   * @param error takes a config key and what is wrong with its value, for what is certainly wrong
   * @throws DomoException if a call fails; the caller judges it
   */
  void look(LiveDataset dataset, BiConsumer<String, String> error);

  /**
   * A DataSet at Domo.
   *
   * @param columns by its metadata, or by a query if that has none
   */
  record LiveDataset(DatasetInfo info, List<DomoColumn> columns, DomoApi api) {
    /** What is wrong with a name that should be a column; nothing if it is one. */
    String missing(String column) {
      List<String> names = columns.stream().map(DomoColumn::name).toList();
      if (names.contains(column)) {
        return "";
      }
      String near =
          names.stream()
              .filter(name -> name.strip().equalsIgnoreCase(column.strip()))
              .findFirst()
              .map(name -> "; did you mean \"" + name + "\"?")
              .orElse("; it has " + names);
      return "DataSet " + info.id() + " has no column \"" + column + "\"" + near;
    }
  }
}
