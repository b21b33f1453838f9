package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import io.writeback.standin.bigquery.catalog.Identifiers;
import java.util.ArrayList;
import java.util.List;

/** Constructs with a grammar of their own: CAST, EXTRACT, INTERVAL, typed literals, arrays. */
final class SpecialForms {
  private SpecialForms() {}

  /** Renders the construct that begins here and steps over it, or returns null. */
  static String render(Renderer renderer, TokenCursor in, Token before) {
    if (before.is(".")) {
      return null;
    }
    Token token = in.peek();
    Token after = in.peek(1);
    String upper = token.upper();
    if (after.is("(")) {
      switch (upper) {
        case "CAST", "SAFE_CAST":
          return cast(renderer, in, upper.equals("CAST") ? "CAST" : "TRY_CAST");
        case "EXTRACT":
          return extract(renderer, in);
        case "IF":
          return conditional(renderer, in);
        case "STRUCT":
          return struct(renderer, in, null);
        case "ARRAY":
          in.next();
          return "ARRAY(" + renderer.render(in.parenthesized()) + ")";
        default:
          break;
      }
    }
    if (after.kind() == Token.Kind.STRING && isTypedLiteral(upper)) {
      in.next();
      String type = Field.of("", FieldType.parse(upper)).duckType();
      return "CAST(" + Identifiers.text(in.next().text()) + " AS " + type + ")";
    }
    return switch (upper) {
      case "INTERVAL" -> interval(renderer, in);
      case "ARRAY" -> array(renderer, in);
      case "STRUCT" -> after.is("<") ? struct(renderer, in, TypeParser.parse(in, "")) : null;
      case "IN" -> after.is("UNNEST") ? inUnnest(renderer, in) : null;
      case "UNION", "EXCEPT", "INTERSECT" -> setOperation(in);
      case "CURRENT_TIMESTAMP" -> after.is("(") ? null : current(in, "now()");
      case "CURRENT_DATE" -> after.is("(") ? null : current(in, "current_date");
      case "CURRENT_DATETIME" -> after.is("(") ? null : current(in, "(now() AT TIME ZONE 'UTC')");
      default -> null;
    };
  }

  private static String current(TokenCursor in, String sql) {
    in.next();
    return sql;
  }

  private static boolean isTypedLiteral(String word) {
    return switch (word) {
      case "DATE", "TIME", "DATETIME", "TIMESTAMP", "NUMERIC", "DECIMAL" -> true;
      case "BIGNUMERIC", "BIGDECIMAL", "JSON" -> true;
      default -> false;
    };
  }

  private static String cast(Renderer renderer, TokenCursor in, String function) {
    in.next();
    TokenCursor inside = new TokenCursor("", in.parenthesized());
    String value = renderer.render(inside.until("AS"));
    inside.expect("AS");
    Field type = TypeParser.parse(inside, "");
    if (!inside.atEnd()) {
      throw SqlErrors.unsupported("CAST with FORMAT");
    }
    if (type.type() == FieldType.BYTES && !type.repeated()) {
      return "encode(" + value + ")";
    }
    if (type.type() == FieldType.INT64 && !type.repeated()) {
      // Half away from zero, as DuckDB's own cast of a decimal; a double it rounds half to even.
      return function + "(" + value + " AS BIGINT)";
    }
    return function + "(" + value + " AS " + type.duckType() + ")";
  }

  private static String extract(Renderer renderer, TokenCursor in) {
    in.next();
    TokenCursor inside = new TokenCursor("", in.parenthesized());
    List<Token> part = inside.until("FROM");
    inside.expect("FROM");
    String value = renderer.render(inside.until());
    String name = part.get(0).upper();
    return switch (name) {
      case "DATE" -> "CAST(" + value + " AS DATE)";
      case "TIME" -> "CAST(" + value + " AS TIME)";
      case "DAYOFWEEK" -> "(dayofweek(" + value + ") + 1)";
      case "DAYOFYEAR" -> "dayofyear(" + value + ")";
      case "MILLISECOND" -> "(extract(MILLISECOND FROM " + value + ") % 1000)";
      case "MICROSECOND" -> "(extract(MICROSECOND FROM " + value + ") % 1000000)";
      default -> "extract(" + name + " FROM " + value + ")";
    };
  }

  private static String conditional(Renderer renderer, TokenCursor in) {
    in.next();
    List<String> args = renderer.list(in.parenthesized());
    if (args.size() != 3) {
      throw in.error("IF takes three arguments");
    }
    return "CASE WHEN " + args.get(0) + " THEN " + args.get(1) + " ELSE " + args.get(2) + " END";
  }

  private static String interval(Renderer renderer, TokenCursor in) {
    in.next();
    StringBuilder value = new StringBuilder();
    if (in.take("-")) {
      value.append('-');
    }
    List<Token> amount = new ArrayList<>();
    if (in.sees("(")) {
      int from = in.position();
      in.parenthesized();
      amount.addAll(TokenCursor.slice(in.tokens(), from, in.position()));
    } else {
      int from = in.position();
      in.next();
      while (in.take(".")) {
        in.next();
      }
      amount.addAll(TokenCursor.slice(in.tokens(), from, in.position()));
    }
    value.append(renderer.render(amount));
    return "to_" + DateParts.plural(in.name()) + "(CAST(" + value + " AS BIGINT))";
  }

  private static String array(Renderer renderer, TokenCursor in) {
    Field type = in.peek(1).is("<") ? TypeParser.parse(in, "") : null;
    if (type == null) {
      in.next();
    }
    in.expect("[");
    List<Token> inside = in.until("]");
    in.expect("]");
    String list = "[" + String.join(", ", renderer.list(inside)) + "]";
    return type == null ? list : "CAST(" + list + " AS " + type.duckType() + ")";
  }

  /** A list literal, or an element of an array. */
  static String brackets(Renderer renderer, TokenCursor in) {
    Token before = in.peek(-1);
    boolean subscript =
        in.position() > 0
            && (before.isAny(")", "]") || (before.isName() && !Keywords.reserved(before.text())));
    in.expect("[");
    List<Token> inside = in.until("]");
    in.expect("]");
    if (!subscript) {
      return "[" + String.join(", ", renderer.list(inside)) + "]";
    }
    TokenCursor index = new TokenCursor("", inside);
    String how = index.peek().upper();
    boolean call = index.peek(1).is("(");
    if (call && (how.equals("OFFSET") || how.equals("SAFE_OFFSET"))) {
      index.next();
      return "[" + renderer.render(index.parenthesized()) + " + 1]";
    }
    if (call && (how.equals("ORDINAL") || how.equals("SAFE_ORDINAL"))) {
      index.next();
      return "[" + renderer.render(index.parenthesized()) + "]";
    }
    return index.peek().kind() == Token.Kind.NUMBER
        ? "[" + renderer.render(inside) + " + 1]"
        : "[" + renderer.render(inside) + "]";
  }

  private static String struct(Renderer renderer, TokenCursor in, Field type) {
    if (type == null) {
      in.next();
    }
    List<String> members = new ArrayList<>();
    for (List<Token> part : Renderer.split(in.parenthesized())) {
      int size = part.size() - 1;
      boolean named = size >= 3 && part.get(size - 2).is("AS");
      boolean path = size == 1 || (size >= 3 && part.get(size - 2).is("."));
      boolean plain = path && part.get(size - 1).isName();
      String name =
          type != null
              ? type.fields().get(members.size()).name()
              : named || plain ? part.get(size - 1).text() : "_field_" + (members.size() + 1);
      List<Token> value = named ? TokenCursor.slice(part, 0, size - 2) : part;
      members.add(Identifiers.text(name) + ": " + renderer.render(value));
    }
    String literal = "{" + String.join(", ", members) + "}";
    return type == null ? literal : "CAST(" + literal + " AS " + type.duckType() + ")";
  }

  private static String inUnnest(Renderer renderer, TokenCursor in) {
    in.next();
    in.next();
    return "IN (SELECT unnest(" + renderer.render(in.parenthesized()) + "))";
  }

  private static String setOperation(TokenCursor in) {
    String operation = in.next().upper();
    if (in.take("ALL")) {
      return operation + " ALL";
    }
    in.expect("DISTINCT");
    return operation;
  }
}
