package io.writeback.redshift;

import io.writeback.redshift.RedshiftType.Kind;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * Columns that rows carry to the staging table of an upsert and no further: where a row comes from,
 * which tells the last one of a key, and whether it is a tombstone.
 */
final class UpsertColumns {
  static final String PART = "_wb_part";
  static final String OFFSET = "_wb_offset";
  static final String DELETED = "_wb_deleted";

  private static final Cell NUMBER =
      (value, row) -> {
        row.number(((Number) value).longValue());
        return 0;
      };

  private static final Cell FLAG =
      (value, row) -> {
        row.ascii((Boolean) value ? "true" : "false");
        return 0;
      };

  private UpsertColumns() {}

  /**
   * The columns.
   *
   * @param deletedField field of the value that marks a deletion
   */
  static List<LeadColumn> all(String deletedField) {
    return List.of(
        new LeadColumn(
            PART,
            RedshiftType.of(Kind.INTEGER),
            NUMBER,
            row -> row.record().originalKafkaPartition(),
            false),
        new LeadColumn(OFFSET, RedshiftType.of(Kind.BIGINT), NUMBER, row -> row.offset(), false),
        new LeadColumn(
            DELETED,
            RedshiftType.of(Kind.BOOLEAN),
            FLAG,
            row -> isDeletion(row.record().value(), deletedField),
            false));
  }

  /** A tombstone, or a row whose field says so: Debezium writes the text {@code true}. */
  private static boolean isDeletion(Object value, String deletedField) {
    if (!(value instanceof Struct struct)) {
      return true;
    }
    Field field = struct.schema().field(deletedField);
    return field != null && "true".equals(String.valueOf(struct.get(field)));
  }

  static boolean isOne(String name) {
    return name.equals(PART) || name.equals(OFFSET) || name.equals(DELETED);
  }

  /** Those that the target has too. */
  static List<Column> withoutThem(List<Column> columns) {
    return columns.stream().filter(column -> !isOne(column.name())).toList();
  }
}
