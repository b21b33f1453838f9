package io.writeback.standin.bigquery.catalog;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The column of a query's result from DuckDB's name of its type, such as {@code STRUCT(a BIGINT, b
 * VARCHAR[])}. GEOGRAPHY and INTERVAL come back as STRING: DuckDB knows them as text only.
 */
public final class ResultColumns {
  private final String text;
  private int at;

  private ResultColumns(String text) {
    this.text = text;
  }

  public static Field field(String name, String duckType) {
    return new ResultColumns(duckType).type(name);
  }

  private Field type(String name) {
    Field field;
    if (take("STRUCT(")) {
      List<Field> fields = new ArrayList<>();
      do {
        skipSpace();
        String child = identifier();
        skipSpace();
        fields.add(type(child));
      } while (take(","));
      expect(")");
      field = new Field(name, FieldType.STRUCT, Field.Mode.NULLABLE, fields, none());
    } else {
      field = Field.of(name, scalar(word()));
    }
    while (take("[]")) {
      field = field.withMode(Field.Mode.REPEATED);
    }
    return field;
  }

  private String word() {
    int start = at;
    while (at < text.length() && ",)[".indexOf(text.charAt(at)) < 0) {
      if (text.charAt(at) == '(') {
        at = text.indexOf(')', at);
      }
      at++;
    }
    return text.substring(start, at).strip();
  }

  private String identifier() {
    if (text.charAt(at) != '"') {
      int start = at;
      at = text.indexOf(' ', at);
      return text.substring(start, at);
    }
    StringBuilder name = new StringBuilder();
    for (at++; ; at++) {
      if (text.charAt(at) == '"') {
        if (at + 1 >= text.length() || text.charAt(at + 1) != '"') {
          at++;
          return name.toString();
        }
        at++;
      }
      name.append(text.charAt(at));
    }
  }

  static FieldType scalar(String duck) {
    if (duck.startsWith("DECIMAL(")) {
      int comma = duck.indexOf(',');
      int precision = Integer.parseInt(duck.substring(8, comma).strip());
      int scale = Integer.parseInt(duck.substring(comma + 1, duck.length() - 1).strip());
      return scale <= 9 && precision - scale <= 29 ? FieldType.NUMERIC : FieldType.BIGNUMERIC;
    }
    return switch (duck) {
      case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT" -> FieldType.INT64;
      case "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT" -> FieldType.INT64;
      case "\"NULL\"", "NULL" -> FieldType.INT64;
      case "FLOAT", "DOUBLE" -> FieldType.FLOAT64;
      case "BOOLEAN" -> FieldType.BOOL;
      case "BLOB" -> FieldType.BYTES;
      case "DATE" -> FieldType.DATE;
      case "TIME" -> FieldType.TIME;
      case "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_S", "TIMESTAMP_MS" -> FieldType.DATETIME;
      case "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ" -> FieldType.TIMESTAMP;
      case "JSON" -> FieldType.JSON;
      default -> FieldType.STRING;
    };
  }

  private boolean take(String what) {
    skipSpace();
    if (text.startsWith(what, at)) {
      at += what.length();
      return true;
    }
    return false;
  }

  private void expect(String what) {
    if (!take(what)) {
      throw new IllegalStateException("not a DuckDB type: " + text);
    }
  }

  private void skipSpace() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private static ObjectNode none() {
    return JsonNodeFactory.instance.objectNode();
  }
}
