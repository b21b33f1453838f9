package io.writeback.redshift;

import io.writeback.redshift.RedshiftType.Kind;
import java.util.EnumSet;
import java.util.Set;

/**
 * Whether values of one type can be loaded into a column of another, such that COPY either stores
 * them exactly or fails aloud. Rounding is neither.
 */
final class TypeFit {
  private static final Set<Kind> WHOLE = EnumSet.of(Kind.SMALLINT, Kind.INTEGER, Kind.BIGINT);

  private TypeFit() {}

  static boolean fits(RedshiftType values, RedshiftType column) {
    Kind from = values.kind();
    Kind to = column.kind();
    if (to == Kind.OTHER) {
      return true;
    }
    if (from == to) {
      return from == Kind.NUMERIC
          ? values.scale() <= column.scale()
          : values.size() <= column.size();
    }
    if (to == Kind.VARCHAR) {
      return from != Kind.SUPER && from != Kind.VARBYTE;
    }
    if (WHOLE.contains(from)) {
      // A value out of range fails the COPY, so a smaller column is as good as a larger one.
      return WHOLE.contains(to) || to == Kind.NUMERIC || (to == Kind.DOUBLE && from != Kind.BIGINT);
    }
    return switch (from) {
      case REAL -> to == Kind.DOUBLE;
      case DATE -> to == Kind.TIMESTAMP || to == Kind.TIMESTAMPTZ;
      case TIMESTAMP -> to == Kind.TIMESTAMPTZ;
      default -> false;
    };
  }

  /** Whether widening the column makes the values fit. */
  static boolean widens(RedshiftType values, RedshiftType column) {
    return values.kind() == Kind.VARCHAR
        && column.kind() == Kind.VARCHAR
        && values.size() > column.size();
  }

  /** The type for a new column that gets values of both; the first if there is none. */
  static RedshiftType common(RedshiftType first, RedshiftType second) {
    if (WHOLE.contains(first.kind()) && WHOLE.contains(second.kind())) {
      return first.kind().compareTo(second.kind()) >= 0 ? first : second;
    }
    return !fits(second, first) && fits(first, second) ? second : first;
  }
}
