package io.writeback.standin.redshift;

/**
 * A column of the table that COPY loads.
 *
 * @param name its name in PostgreSQL
 * @param type its type in PostgreSQL
 * @param length bytes of VARCHAR and CHAR, otherwise 0
 * @param scale digits after the point of NUMERIC
 */
record TableColumn(
    String name,
    String type,
    int length,
    int precision,
    int scale,
    boolean notNull,
    boolean identity) {
  /** The name of the type in the load error tables. */
  String loadType() {
    return switch (type) {
      case "smallint" -> "int2";
      case "integer" -> "int4";
      case "bigint" -> "int8";
      case "real" -> "float4";
      case "double precision" -> "float8";
      case "boolean" -> "bool";
      case "character varying" -> "varchar";
      case "character" -> "char";
      case "timestamp without time zone" -> "timestamp";
      case "timestamp with time zone" -> "timestamptz";
      case "time without time zone" -> "time";
      case "time with time zone" -> "timetz";
      default -> type;
    };
  }

  /** The name of the type in the text of a load error. */
  String errorType() {
    return switch (type) {
      case "smallint" -> "Short";
      case "integer" -> "Integer";
      case "bigint" -> "Long";
      case "numeric" -> "Decimal";
      default -> loadType();
    };
  }

  boolean text() {
    return type.equals("character varying") || type.equals("character");
  }

  String declaredLength() {
    return text()
        ? Integer.toString(length)
        : type.equals("numeric") ? precision + "," + scale : "";
  }
}
