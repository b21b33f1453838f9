package io.writeback.bigquery;

import io.writeback.sink.Target;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The design of each table: that of the first group whose pattern it matches, or the usual one.
 *
 * @param groups in the order in which the configuration names them
 */
record TableDesigns(TableDesign usual, List<Group> groups) {
  static final TableDesigns PLAIN = new TableDesigns(TableDesign.PLAIN, List.of());

  TableDesigns {
    groups = List.copyOf(groups);
  }

  /**
   * Tables that are made in another way.
   *
   * @param include matches the whole of {@code table} or of {@code dataset.table}
   */
  record Group(String name, Pattern include, TableDesign design) {
    boolean has(Target target) {
      return include.matcher(target.table()).matches()
          || include.matcher(target.namespace() + "." + target.table()).matches();
    }
  }

  TableDesign of(Target target) {
    return groups.stream()
        .filter(group -> group.has(target))
        .map(Group::design)
        .findFirst()
        .orElse(usual);
  }
}
