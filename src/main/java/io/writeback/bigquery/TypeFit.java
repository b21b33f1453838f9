package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether a column holds every value of a field exactly. Pure. */
final class TypeFit {
  /** Types that hold each type besides itself; a text holds them all. */
  private static final Map<String, Set<String>> WIDER =
      Map.of("INTEGER", Set.of("NUMERIC", "BIGNUMERIC"), "NUMERIC", Set.of("BIGNUMERIC"));

  private static final Set<String> NO_TEXT = Set.of("RECORD", "BYTES");

  private TypeFit() {}

  /**
   * The first field that its column cannot hold exactly, in words; empty if they all can. Fields
   * without a column are none of its business.
   */
  static Optional<String> misfit(List<TableFieldSchema> table, List<TableFieldSchema> rows) {
    for (TableFieldSchema row : rows) {
      Optional<TableFieldSchema> column = TableFields.find(table, row.getName());
      if (column.isEmpty()) {
        continue;
      }
      String from = TableFields.canonicalType(row.getType());
      String to = TableFields.canonicalType(column.get().getType());
      if (!fits(from, to) || isRepeated(row) != isRepeated(column.get())) {
        return Optional.of(
            row.getName()
                + " is "
                + (isRepeated(column.get()) ? "repeated " : "")
                + to
                + ", the records have "
                + (isRepeated(row) ? "repeated " : "")
                + from);
      }
      if (from.equals("RECORD")) {
        Optional<String> inner = misfit(column.get().getFields(), row.getFields());
        if (inner.isPresent()) {
          return inner.map(words -> row.getName() + "." + words);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean fits(String from, String to) {
    return from.equals(to)
        || WIDER.getOrDefault(from, Set.of()).contains(to)
        || (to.equals("STRING") && !NO_TEXT.contains(from));
  }

  private static boolean isRepeated(TableFieldSchema field) {
    return TableFields.REPEATED.equals(field.getMode());
  }
}
