package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How fields get their columns. A field's column depends on its name alone, so that it stays the
 * same whatever other fields come; and a column's name is its own column.
 */
enum ColumnNaming {
  /** What is no letter, digit or underscore becomes an underscore. */
  UNDERSCORE {
    @Override
    String of(String field) {
      return ColumnNames.underscored(field);
    }
  },
  /** As above, and a name that had to be changed ends in a checksum of the original. */
  SUFFIX {
    @Override
    String of(String field) {
      return ColumnNames.distinct(field, ColumnNames.underscored(field));
    }
  },
  /** A name that BigQuery takes stays; of another one, what it does not take becomes as above. */
  FLEXIBLE {
    @Override
    String of(String field) {
      return ColumnNames.distinct(field, ColumnNames.flexible(field));
    }
  };

  /** The column of a field. */
  abstract String of(String field);

  /**
   * The columns for the fields of one struct, in their order.
   *
   * @throws BadRowException if two fields would share a column; names are compared without case
   */
  List<String> all(List<String> fields) {
    Map<String, String> taken = new HashMap<>();
    for (String field : fields) {
      String other = taken.putIfAbsent(ColumnNames.folded(of(field)), field);
      if (other != null) {
        throw new BadRowException(
            "fields "
                + other
                + " and "
                + field
                + " would both be column "
                + of(field)
                + ": rename one with a transform"
                + (ColumnNames.folded(other).equals(ColumnNames.folded(field))
                    ? ""
                    : ", or set " + BigQueryTableKeys.COLUMN_NAMES + "=suffix or flexible"));
      }
    }
    return fields.stream().map(this::of).toList();
  }
}
