package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableId;
import java.util.List;
import java.util.Optional;

/** What the names in a statement mean. */
interface Scope {
  /** A variable's value. */
  record Value(Field type, Object value) {
    String literal() {
      return Literals.of(type, value);
    }
  }

  /** The table of this name; 404 if there is none. */
  StoredTable table(TableId id);

  /** The full name of a path of one to three parts. */
  TableId resolve(List<String> path);

  /** Rows of an INFORMATION_SCHEMA view as a subselect. */
  String informationSchema(List<String> path);

  Optional<Value> variable(String name);

  /** The literal of a named parameter. */
  String parameter(String name);

  /** The literal of the n-th positional parameter, from 0. */
  String positional(int index);

  /** The literal of a system variable such as {@code row_count}. */
  String systemVariable(String name);
}
