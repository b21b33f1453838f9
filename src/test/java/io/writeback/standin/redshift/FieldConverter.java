package io.writeback.standin.redshift;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Converts a field of a file to the text that PostgreSQL reads for its column, or refuses it
 * (Developer Guide, "Data conversion parameters" and "Load error reference").
 */
final class FieldConverter {
  private static final Set<String> TRUE = Set.of("t", "true", "y", "yes", "1");
  private static final Set<String> FALSE = Set.of("f", "false", "n", "no", "0");
  private static final Pattern FLOAT =
      Pattern.compile(
          "[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?|[+-]?(nan|inf|infinity)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)");

  private final CopyCommand command;
  private final TimeFields times;

  FieldConverter(CopyCommand command) {
    this.command = command;
    this.times = new TimeFields(command.timeFormat(), command.dateFormat());
  }

  /**
   * Converts.
   *
   * @return null for null
   * @throws RowRejected if the field does not fit the column
   */
  String convert(byte[] field, boolean nullable, TableColumn column) {
    if (hasNul(field)) {
      throw RowRejected.field(1214, "Invalid null byte - field longer than 1 byte");
    }
    String text = decode(field, column);
    if (nullable && text.equals(command.nullAs())) {
      return null;
    }
    if (column.text()) {
      return character(text, column);
    }
    String trimmed = text.strip();
    if (trimmed.isEmpty()) {
      return null;
    }
    return switch (column.type()) {
      case "smallint" -> integer(trimmed, column, 15);
      case "integer" -> integer(trimmed, column, 31);
      case "bigint" -> integer(trimmed, column, 63);
      case "numeric" -> decimal(trimmed, column);
      case "real", "double precision" -> floating(trimmed, column);
      case "boolean" -> bool(trimmed);
      case "date" -> times.date(trimmed);
      case "timestamp without time zone" -> times.timestamp(trimmed, false);
      case "timestamp with time zone" -> times.timestamp(trimmed, true);
      case "time without time zone" -> times.time(trimmed, false);
      case "time with time zone" -> times.time(trimmed, true);
      case "super" -> SuperField.check(text);
      case "varbyte" -> hex(trimmed);
      default -> throw RowRejected.field(1200, "COPY into a column of type " + column.type());
    };
  }

  private static boolean hasNul(byte[] field) {
    for (byte b : field) {
      if (b == 0) {
        return true;
      }
    }
    return false;
  }

  private String decode(byte[] field, TableColumn column) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(field))
          .toString();
    } catch (CharacterCodingException e) {
      if (column.text() && command.has(CopyCommand.Flag.ACCEPTINVCHARS)) {
        return Utf8Repair.replaceInvalid(field, command.replacement());
      }
      throw RowRejected.field(
          1220,
          "String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex sequence: "
              + Utf8Repair.firstInvalid(field));
    }
  }

  private String character(String raw, TableColumn column) {
    String text = command.has(CopyCommand.Flag.TRIMBLANKS) ? raw.stripTrailing() : raw;
    CopyCommand.Flag toNull =
        text.isEmpty() ? CopyCommand.Flag.EMPTYASNULL : CopyCommand.Flag.BLANKSASNULL;
    if (text.isBlank() && command.has(toNull)) {
      return null;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean fixed = column.type().equals("character");
    if (fixed && bytes.length != text.length()) {
      throw RowRejected.field(
          1220, "Multibyte character not supported for CHAR (Hint: try using VARCHAR)");
    }
    if (bytes.length <= column.length()) {
      return text;
    }
    if (command.has(CopyCommand.Flag.TRUNCATECOLUMNS)) {
      return Utf8Repair.cut(text, column.length());
    }
    throw RowRejected.field(1204, "String length exceeds DDL length");
  }

  private static String integer(String text, TableColumn column, int bits) {
    int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    for (int i = start; i < text.length() || i == start; i++) {
      char c = i < text.length() ? text.charAt(i) : '\0';
      if (c < '0' || c > '9') {
        String value = c == 0 ? text : String.valueOf(c);
        throw new RowRejected(
            1207,
            "Invalid digit, Value '%s', Pos %d, Type: %s".formatted(value, i, column.errorType()),
            "",
            "",
            i,
            "");
      }
    }
    BigInteger value = new BigInteger(text.startsWith("+") ? text.substring(1) : text);
    if (value.bitLength() > bits) {
      throw RowRejected.field(
          1204, "Overflow, Value '%s', Type: %s".formatted(text, column.errorType()));
    }
    return value.toString();
  }

  private String decimal(String text, TableColumn column) {
    if (!DECIMAL.matcher(text).matches()) {
      throw RowRejected.field(1207, "Invalid digit, Value '%s', Type: Decimal".formatted(text));
    }
    boolean round = command.has(CopyCommand.Flag.ROUNDEC);
    BigDecimal value =
        new BigDecimal(text)
            .setScale(column.scale(), round ? RoundingMode.HALF_UP : RoundingMode.DOWN);
    if (value.precision() - value.scale() > column.precision() - column.scale()
        && value.signum() != 0) {
      throw RowRejected.field(
          1209, "Overflow for NUMERIC(%d,%d)".formatted(column.precision(), column.scale()));
    }
    return value.toPlainString();
  }

  private static String floating(String text, TableColumn column) {
    if (!FLOAT.matcher(text).matches()) {
      throw RowRejected.field(
          1208, "Invalid digit, Value '%s', Type: %s".formatted(text, column.loadType()));
    }
    boolean word = Character.isLetter(text.charAt(text.length() - 1));
    if (!word) {
      double value = Double.parseDouble(text);
      boolean single = column.type().equals("real");
      double kept = single ? (float) value : value;
      if (Double.isInfinite(kept)) {
        throw RowRejected.field(1208, "Overflow, Value '%s'".formatted(text));
      }
      // PostgreSQL refuses what underflows, so it gets the value, not the digits.
      return single ? Float.toString((float) value) : Double.toString(value);
    }
    return text;
  }

  private static String bool(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (TRUE.contains(lower)) {
      return "t";
    }
    if (FALSE.contains(lower)) {
      return "f";
    }
    throw RowRejected.field(1210, "Unknown boolean format");
  }

  private static String hex(String text) {
    if (text.length() % 2 != 0 || !text.matches("[0-9a-fA-F]*")) {
      throw RowRejected.field(1207, "Invalid hexadecimal digit for VARBYTE");
    }
    return "\\x" + text;
  }
}
