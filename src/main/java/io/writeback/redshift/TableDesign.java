package io.writeback.redshift;

import io.writeback.sink.Target;
import java.util.List;

/** How new tables are made. Pure. */
record TableDesign() {
  /** The statements, in their order. */
  List<String> create(Target target, List<Column> columns) {
    return List.of(TableChange.create(target, columns));
  }
}
