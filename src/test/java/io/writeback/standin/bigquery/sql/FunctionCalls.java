package io.writeback.standin.bigquery.sql;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Functions whose name or arguments differ in DuckDB. Others keep their name; one that DuckDB lacks
 * is an error of the query.
 */
final class FunctionCalls {
  private static final Map<String, Function<List<String>, String>> RENDERED = new HashMap<>();

  static {
    put("CURRENT_TIMESTAMP", a -> "now()");
    put("CURRENT_DATE", a -> "current_date");
    put("CURRENT_DATETIME", a -> "(now() AT TIME ZONE 'UTC')");
    put("GENERATE_UUID", a -> "CAST(uuid() AS VARCHAR)");
    put("SESSION_USER", a -> "'standin'");
    put("IFNULL", a -> "coalesce(" + join(a) + ")");
    put("COUNTIF", a -> "CAST(count_if(" + join(a) + ") AS BIGINT)");
    put("LOGICAL_OR", a -> "bool_or(" + join(a) + ")");
    put("LOGICAL_AND", a -> "bool_and(" + join(a) + ")");
    put("DIV", a -> "(" + a.get(0) + " // " + a.get(1) + ")");
    put("MOD", a -> "(" + a.get(0) + " % " + a.get(1) + ")");
    put("POW", a -> "power(" + join(a) + ")");
    put("SAFE_DIVIDE", a -> "(" + a.get(0) + " / nullif(" + a.get(1) + ", 0))");
    put("IEEE_DIVIDE", a -> "(CAST(" + a.get(0) + " AS DOUBLE) / " + a.get(1) + ")");
    put("CHAR_LENGTH", a -> "length(" + join(a) + ")");
    put("CHARACTER_LENGTH", a -> "length(" + join(a) + ")");
    put("BYTE_LENGTH", a -> "strlen(" + join(a) + ")");
    put("SUBSTR", a -> "substring(" + join(a) + ")");
    put("STRPOS", a -> "instr(" + join(a) + ")");
    put("REGEXP_CONTAINS", a -> "regexp_matches(" + join(a) + ")");
    put("REGEXP_REPLACE", a -> "regexp_replace(" + join(a) + ", 'g')");
    put("TO_HEX", a -> "lower(hex(" + join(a) + "))");
    put("FROM_HEX", a -> "from_hex(" + join(a) + ")");
    put("TO_BASE64", a -> "to_base64(" + join(a) + ")");
    put("MD5", a -> "from_hex(md5(" + join(a) + "))");
    put("SHA256", a -> "from_hex(sha256(" + join(a) + "))");
    put("SHA1", a -> "from_hex(sha1(" + join(a) + "))");
    // Not the same numbers as the service's; as a checksum inside one query it serves.
    put("FARM_FINGERPRINT", a -> "CAST(hash(" + join(a) + ") >> 1 AS BIGINT)");
    put("ARRAY_LENGTH", a -> "len(" + join(a) + ")");
    put("ARRAY_TO_STRING", a -> "array_to_string(" + join(a) + ")");
    put("GENERATE_ARRAY", a -> "generate_series(" + join(a) + ")");
    put("ANY_VALUE", a -> "any_value(" + join(a) + ")");
    put("PARSE_JSON", a -> "CAST(" + a.get(0) + " AS JSON)");
    put("TO_JSON_STRING", a -> "CAST(to_json(" + a.get(0) + ") AS VARCHAR)");
    put("JSON_VALUE", a -> "json_extract_string(" + join(a) + ")");
    put("JSON_EXTRACT_SCALAR", a -> "json_extract_string(" + join(a) + ")");
    put("JSON_QUERY", a -> "json_extract(" + join(a) + ")");
    put("ST_GEOGFROMTEXT", a -> a.get(0));
    put("ST_ASTEXT", a -> a.get(0));
    put("ERROR", a -> "error(" + join(a) + ")");
    put("FORMAT", FunctionCalls::format);
    put("UNIX_SECONDS", a -> "(epoch_us(" + a.get(0) + ") // 1000000)");
    put("UNIX_MILLIS", a -> "(epoch_us(" + a.get(0) + ") // 1000)");
    put("UNIX_MICROS", a -> "epoch_us(" + a.get(0) + ")");
    put("TIMESTAMP_SECONDS", a -> micros("(" + a.get(0) + ") * 1000000"));
    put("TIMESTAMP_MILLIS", a -> micros("(" + a.get(0) + ") * 1000"));
    put("TIMESTAMP_MICROS", a -> micros(a.get(0)));
    put("TIMESTAMP", a -> "CAST(" + a.get(0) + " AS TIMESTAMPTZ)");
    put("DATETIME", a -> "CAST(" + a.get(0) + " AS TIMESTAMP)");
    put("DATE", FunctionCalls::date);
    put("TIME", a -> "CAST(" + a.get(0) + " AS TIME)");
    for (String type : List.of("TIMESTAMP", "DATETIME", "DATE", "TIME")) {
      String duck =
          type.equals("TIMESTAMP") ? "TIMESTAMPTZ" : type.equals("DATETIME") ? "TIMESTAMP" : type;
      put(type + "_ADD", a -> "CAST(" + a.get(0) + " + " + a.get(1) + " AS " + duck + ")");
      put(type + "_SUB", a -> "CAST(" + a.get(0) + " - " + a.get(1) + " AS " + duck + ")");
      put("FORMAT_" + type, a -> "strftime(" + local(duck, a.get(1)) + ", " + a.get(0) + ")");
      put(
          "PARSE_" + type,
          a -> "CAST(strptime(" + a.get(1) + ", " + a.get(0) + ") AS " + duck + ")");
    }
  }

  private FunctionCalls() {}

  private static void put(String name, Function<List<String>, String> rendered) {
    RENDERED.put(name, rendered);
  }

  /** Renders the call that begins here and steps over it. */
  static String render(Renderer renderer, TokenCursor in) {
    String name = in.next().upper();
    List<Token> inside = in.parenthesized();
    if (name.endsWith("_TRUNC") || name.endsWith("_DIFF")) {
      return withPart(renderer, name, Renderer.split(inside));
    }
    if (name.equals("ARRAY_AGG")) {
      return Aggregates.arrayAgg(renderer, inside);
    }
    Function<List<String>, String> rendered = RENDERED.get(name);
    if (rendered != null) {
      return rendered.apply(renderer.list(inside));
    }
    return name.toLowerCase(Locale.ROOT) + "(" + renderer.render(inside) + ")";
  }

  private static String withPart(Renderer renderer, String name, List<List<Token>> arguments) {
    String part = DateParts.text(arguments.get(arguments.size() - 1));
    String first = renderer.render(arguments.get(0));
    if (name.endsWith("_TRUNC")) {
      String type =
          switch (name) {
            case "DATE_TRUNC" -> "DATE";
            case "DATETIME_TRUNC" -> "TIMESTAMP";
            case "TIMESTAMP_TRUNC" -> "TIMESTAMPTZ";
            default -> throw SqlErrors.unsupported(name);
          };
      return "CAST(date_trunc(" + part + ", " + first + ") AS " + type + ")";
    }
    String second = renderer.render(arguments.get(1));
    // Whole parts between two timestamps; of dates the boundaries crossed.
    String function = name.equals("TIMESTAMP_DIFF") ? "date_sub" : "date_diff";
    return function + "(" + part + ", " + second + ", " + first + ")";
  }

  private static String date(List<String> a) {
    return a.size() == 3
        ? "make_date(" + join(a) + ")"
        : "CAST("
            + (a.size() == 2 ? a.get(0) + " AT TIME ZONE " + a.get(1) : a.get(0))
            + " AS DATE)";
  }

  private static String local(String type, String value) {
    return type.equals("TIMESTAMPTZ") ? "(" + value + " AT TIME ZONE 'UTC')" : value;
  }

  private static String micros(String value) {
    return "CAST(make_timestamp(CAST(" + value + " AS BIGINT)) AS TIMESTAMPTZ)";
  }

  /** %t and %T print any value as a text does. */
  private static String format(List<String> a) {
    String pattern = a.get(0);
    StringBuilder out = new StringBuilder("printf(");
    out.append(pattern.replace("%t", "%s").replace("%T", "%s"));
    int argument = 1;
    for (int i = pattern.indexOf('%'); i >= 0 && argument < a.size(); i = pattern.indexOf('%', i)) {
      int end = i + 1;
      while (end < pattern.length() && "+-0123456789.' #".indexOf(pattern.charAt(end)) >= 0) {
        end++;
      }
      char kind = pattern.charAt(end);
      if (kind != '%') {
        String value = a.get(argument++);
        boolean text = kind == 's' || kind == 't' || kind == 'T';
        out.append(", ").append(text ? "CAST(" + value + " AS VARCHAR)" : value);
      }
      i = end + 1;
    }
    return out.append(')').toString();
  }

  private static String join(List<String> arguments) {
    return String.join(", ", arguments);
  }
}
