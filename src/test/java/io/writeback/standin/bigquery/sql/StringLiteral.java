package io.writeback.standin.bigquery.sql;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A string or bytes literal: raw, triple quoted, with escapes.
 *
 * @param value the text; of bytes the hexadecimal digits
 * @param end position after it
 */
record StringLiteral(String value, boolean bytes, int end) {
  static boolean startsAt(String sql, int at) {
    int quote = at + prefix(sql, at);
    return quote < sql.length() && (sql.charAt(quote) == '\'' || sql.charAt(quote) == '"');
  }

  private static int prefix(String sql, int at) {
    int length = 0;
    while (length < 2
        && at + length < sql.length()
        && "rRbB".indexOf(sql.charAt(at + length)) >= 0) {
      length++;
    }
    return length;
  }

  static StringLiteral read(String sql, int start) {
    int prefixLength = prefix(sql, start);
    String prefix = sql.substring(start, start + prefixLength).toLowerCase(Locale.ROOT);
    boolean raw = prefix.contains("r");
    boolean bytes = prefix.contains("b");
    int at = start + prefixLength;
    String quote = sql.substring(at, at + 1);
    if (sql.startsWith(quote.repeat(3), at)) {
      quote = quote.repeat(3);
    }
    at += quote.length();
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    while (!sql.startsWith(quote, at)) {
      if (at >= sql.length() || (quote.length() == 1 && sql.charAt(at) == '\n')) {
        throw SqlErrors.syntax(sql, start, "Unclosed string literal");
      }
      if (sql.charAt(at) == '\\' && at + 1 < sql.length()) {
        if (raw) {
          value.writeBytes(sql.substring(at, at + 2).getBytes(StandardCharsets.UTF_8));
          at += 2;
        } else {
          at = escape(sql, at + 1, bytes, value);
        }
      } else {
        int codePoint = sql.codePointAt(at);
        value.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
        at += Character.charCount(codePoint);
      }
    }
    int end = at + quote.length();
    return bytes
        ? new StringLiteral(HexFormat.of().formatHex(value.toByteArray()), true, end)
        : new StringLiteral(value.toString(StandardCharsets.UTF_8), false, end);
  }

  private static int escape(String sql, int at, boolean bytes, ByteArrayOutputStream out) {
    char c = sql.charAt(at);
    int plain = "abfnrtv".indexOf(c);
    if (plain >= 0) {
      out.write("\u0007\b\f\n\r\t\u000b".charAt(plain));
      return at + 1;
    }
    if ("\\?\"'`\n".indexOf(c) >= 0) {
      out.write(c);
      return at + 1;
    }
    int digits =
        switch (c) {
          case 'x', 'X' -> 2;
          case 'u' -> 4;
          case 'U' -> 8;
          default -> 0;
        };
    if (digits > 0) {
      int code = Integer.parseInt(sql.substring(at + 1, at + 1 + digits), 16);
      code(code, bytes, out);
      return at + 1 + digits;
    }
    if (c >= '0' && c <= '7') {
      code(Integer.parseInt(sql.substring(at, at + 3), 8), bytes, out);
      return at + 3;
    }
    throw SqlErrors.syntax(sql, at, "Illegal escape sequence: \\" + c);
  }

  private static void code(int code, boolean bytes, ByteArrayOutputStream out) {
    if (bytes) {
      out.write(code);
    } else {
      out.writeBytes(Character.toString(code).getBytes(StandardCharsets.UTF_8));
    }
  }
}
