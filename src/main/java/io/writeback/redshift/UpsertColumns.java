package io.writeback.redshift;

import io.writeback.redshift.RedshiftType.Kind;
import java.util.List;

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

  private static final List<LeadColumn> ALL =
      List.of(
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
              row -> row.record().value() == null,
              false));

  private UpsertColumns() {}

  static List<LeadColumn> all() {
    return ALL;
  }

  static boolean isOne(String name) {
    return name.equals(PART) || name.equals(OFFSET) || name.equals(DELETED);
  }

  /** Those that the target has too. */
  static List<Column> withoutThem(List<Column> columns) {
    return columns.stream().filter(column -> !isOne(column.name())).toList();
  }
}
