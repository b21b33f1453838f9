package io.writeback.standin.redshift;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads the type of a column (Developer Guide, "Data types") and gives it in PostgreSQL's words.
 * What Redshift has no type for is refused.
 */
final class ColumnType {
  private static final int MAX_VARCHAR = 65_535;
  private static final int MAX_CHAR = 4_096;
  private static final int MAX_VARBYTE = 1_024_000;
  private static final Map<String, String> SIMPLE =
      Map.ofEntries(
          Map.entry("smallint", "smallint"),
          Map.entry("int2", "smallint"),
          Map.entry("int", "integer"),
          Map.entry("integer", "integer"),
          Map.entry("int4", "integer"),
          Map.entry("bigint", "bigint"),
          Map.entry("int8", "bigint"),
          Map.entry("real", "real"),
          Map.entry("float4", "real"),
          Map.entry("float8", "double precision"),
          Map.entry("boolean", "boolean"),
          Map.entry("bool", "boolean"),
          Map.entry("date", "date"),
          Map.entry("timestamptz", "timestamptz"),
          Map.entry("timetz", "timetz"),
          Map.entry("super", "super"));

  private ColumnType() {}

  static String parse(SqlCursor cursor) {
    Token first = cursor.expectName();
    String name = first.name();
    String simple = SIMPLE.get(name);
    if (simple != null) {
      return simple;
    }
    return switch (name) {
      case "double" -> {
        cursor.expect("precision");
        yield "double precision";
      }
      case "float" -> floating(cursor);
      case "decimal", "numeric" -> decimal(cursor);
      case "varchar", "nvarchar" -> "varchar(" + length(cursor, 256, MAX_VARCHAR, name) + ")";
      case "text" -> "varchar(256)";
      case "bpchar" -> "char(256)";
      case "char", "character", "nchar" -> {
        boolean varying = cursor.accept("varying");
        yield varying
            ? "varchar(" + length(cursor, 256, MAX_VARCHAR, "varchar") + ")"
            : "char(" + length(cursor, 1, MAX_CHAR, "char") + ")";
      }
      case "timestamp", "time" -> zoned(cursor, name);
      case "varbyte", "varbinary" -> varbyte(cursor);
      case "binary" -> {
        cursor.expect("varying");
        yield varbyte(cursor);
      }
      default -> throw refused(name);
    };
  }

  private static SqlFailure refused(String name) {
    boolean known =
        Set.of(
                "serial",
                "bigserial",
                "smallserial",
                "json",
                "jsonb",
                "uuid",
                "bytea",
                "xml",
                "money",
                "inet",
                "cidr",
                "hstore",
                "bit",
                "tsvector")
            .contains(name);
    return new SqlFailure(
        known ? "0A000" : "42704",
        known
            ? "Column \"%s\" has unsupported type \"%s\".".formatted("?", name)
            : "type \"%s\" does not exist".formatted(name.toLowerCase(Locale.ROOT)));
  }

  private static String floating(SqlCursor cursor) {
    if (!cursor.acceptSymbol("(")) {
      return "double precision";
    }
    int precision = cursor.expectNumber();
    cursor.expectSymbol(")");
    return precision <= 24 ? "real" : "double precision";
  }

  private static String decimal(SqlCursor cursor) {
    if (!cursor.acceptSymbol("(")) {
      return "numeric(18,0)";
    }
    int precision = cursor.expectNumber();
    int scale = cursor.acceptSymbol(",") ? cursor.expectNumber() : 0;
    cursor.expectSymbol(")");
    if (precision < 1 || precision > 38) {
      throw new SqlFailure("22023", "NUMERIC precision " + precision + " must be between 1 and 38");
    }
    if (scale > Math.min(precision, 37)) {
      throw new SqlFailure(
          "22023",
          "NUMERIC scale %d must be between 0 and precision %d".formatted(scale, precision));
    }
    return "numeric(%d,%d)".formatted(precision, scale);
  }

  private static String zoned(SqlCursor cursor, String name) {
    if (cursor.accept("with", "time", "zone")) {
      return name + "tz";
    }
    if (cursor.accept("without")) {
      cursor.expect("time", "zone");
    }
    return name;
  }

  private static String varbyte(SqlCursor cursor) {
    length(cursor, 64_000, MAX_VARBYTE, "varbyte");
    return "varbyte";
  }

  private static int length(SqlCursor cursor, int otherwise, int max, String type) {
    if (!cursor.acceptSymbol("(")) {
      return otherwise;
    }
    int length = cursor.accept("max") ? max : cursor.expectNumber();
    cursor.expectSymbol(")");
    if (length < 1 || length > max) {
      throw new SqlFailure("22023", "length for type %s cannot exceed %d".formatted(type, max));
    }
    return length;
  }
}
