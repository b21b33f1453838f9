package io.writeback.redshift;

import io.writeback.redshift.RedshiftType.Kind;
import java.util.Locale;

/** Types as the catalog spells them (SVV_COLUMNS). */
final class CatalogType {
  private CatalogType() {}

  static RedshiftType of(String name, int length, int digits, int scale) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "boolean" -> RedshiftType.of(Kind.BOOLEAN);
      case "smallint" -> RedshiftType.of(Kind.SMALLINT);
      case "integer" -> RedshiftType.of(Kind.INTEGER);
      case "bigint" -> RedshiftType.of(Kind.BIGINT);
      case "real" -> RedshiftType.of(Kind.REAL);
      case "double precision" -> RedshiftType.of(Kind.DOUBLE);
      case "numeric" -> RedshiftType.numeric(digits, scale);
      case "character varying" ->
          new RedshiftType(Kind.VARCHAR, length > 0 ? length : Integer.MAX_VALUE, 0);
      case "binary varying", "varbyte", "bytea" -> RedshiftType.varbyte();
      case "date" -> RedshiftType.of(Kind.DATE);
      case "time without time zone" -> RedshiftType.of(Kind.TIME);
      case "timestamp without time zone" -> RedshiftType.of(Kind.TIMESTAMP);
      case "timestamp with time zone" -> RedshiftType.of(Kind.TIMESTAMPTZ);
      case "super", "jsonb" -> RedshiftType.of(Kind.SUPER);
      default -> RedshiftType.of(Kind.OTHER);
    };
  }
}
