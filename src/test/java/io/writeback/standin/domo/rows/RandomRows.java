package io.writeback.standin.domo.rows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Rows of nasty cells, a function of seed and row number: nulls, empty strings, quotes, newlines,
 * commas, emoji, leading zeros, cells that begin like formulas, extremes of every type. A first
 * column of type LONG counts rows from 1 and so is a key.
 */
public final class RandomRows implements RowSource {
  private static final String[] NASTY = {
    "",
    " ",
    "-",
    "=1+1",
    "@home",
    "+49 89 1234",
    "'quoted'",
    "\"",
    "\"\"",
    "a,b",
    "a\"b\"c",
    "line\nbreak",
    "line\r\nbreak",
    "\r",
    "\t",
    "007",
    "00",
    "-0",
    "1e5",
    "\\N",
    "\\",
    "null",
    "NULL",
    "NaN",
    "true",
    "2020-02-30",
    "é",
    "e\u0301",
    "漢字",
    "😀",
    "👩‍👩‍👧‍👦",
    "\u202eabc",
    "\ufeffbom",
    " padded ",
    "tail,",
    ";|^~",
    "{\"a\":[1,null]}",
    "<b>&amp;</b>",
    "%s %d ${x}",
  };
  private static final String[] LONGS = {
    "0", "1", "-1", "9223372036854775807", "-9223372036854775808", "2147483648", "9007199254740993",
  };
  private static final String[] DOUBLES = {
    "0.0",
    "-0.0",
    "1.0",
    "0.1",
    "1.7976931348623157E308",
    "-1.7976931348623157E308",
    "4.9E-324",
    "123456789.123456789",
  };
  private static final String[] DECIMALS = {
    "0",
    "0.00",
    "-0.01",
    "1.10",
    "99999999999999999999.999999999",
    "-99999999999999999999.999999999",
    "0.000000001",
    "12345678901234567.89",
  };
  private static final String[] DATES = {
    "1970-01-01",
    "1969-12-31",
    "2000-02-29",
    "0001-01-01",
    "9999-12-31",
    "1900-01-01",
    "2038-01-19",
  };
  private static final String[] TIMES = {
    "1970-01-01T00:00:00",
    "1969-12-31T23:59:59",
    "2038-01-19T03:14:08",
    "2024-03-10T02:30:00",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59",
  };

  /** One column of each type and one whose name is Domo's own example of an awkward one. */
  private static final List<Column> ONE_OF_EACH =
      List.of(
          new Column("id", DomoType.LONG),
          new Column("text", DomoType.STRING),
          new Column("% of Inventory Value", DomoType.DOUBLE),
          new Column("amount", DomoType.DECIMAL),
          new Column("count", DomoType.LONG),
          new Column("day", DomoType.DATE),
          new Column("at", DomoType.DATETIME),
          new Column("more text", DomoType.STRING));

  private final long seed;
  private final long rows;
  private final List<Column> columns;

  private RandomRows(long seed, long rows, List<Column> columns) {
    this.seed = seed;
    this.rows = rows;
    this.columns = List.copyOf(columns);
  }

  /** Rows with a key and a column of each type. */
  public static RandomRows of(long seed, long rows) {
    return new RandomRows(seed, rows, ONE_OF_EACH);
  }

  /** Rows with these columns. */
  public static RandomRows of(long seed, long rows, List<Column> columns) {
    return new RandomRows(seed, rows, columns);
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public long rowCount() {
    return rows;
  }

  @Override
  public RowCursor open() {
    return new RowCursor() {
      private long at;

      @Override
      public String[] next() {
        return at < rows ? row(at++) : null;
      }
    };
  }

  private String[] row(long number) {
    SplittableRandom random = new SplittableRandom(Mix.of(seed, number));
    String[] cells = new String[columns.size()];
    for (int i = 0; i < cells.length; i++) {
      DomoType type = columns.get(i).type();
      cells[i] =
          i == 0 && type == DomoType.LONG
              ? Long.toString(number + 1)
              : random.nextInt(8) == 0 ? null : cell(type, random);
    }
    return cells;
  }

  private static String cell(DomoType type, SplittableRandom random) {
    boolean nasty = random.nextInt(3) == 0;
    return switch (type) {
      case STRING -> nasty ? pick(NASTY, random) : text(random);
      case LONG ->
          nasty ? pick(LONGS, random) : Long.toString(random.nextLong() >> random.nextInt(64));
      case DOUBLE ->
          nasty ? pick(DOUBLES, random) : Double.toString((random.nextDouble() - 0.5) * 1e6);
      case DECIMAL ->
          nasty
              ? pick(DECIMALS, random)
              : new BigDecimal(BigInteger.valueOf(random.nextLong(-1L << 50, 1L << 50)), 4)
                  .toPlainString();
      case DATE ->
          nasty
              ? pick(DATES, random)
              : LocalDate.ofEpochDay(random.nextInt(-20_000, 40_000)).toString();
      case DATETIME ->
          nasty
              ? pick(TIMES, random)
              : CanonicalText.dateTime(
                  LocalDate.EPOCH.atStartOfDay().plusSeconds(random.nextInt()));
    };
  }

  private static String pick(String[] from, SplittableRandom random) {
    return from[random.nextInt(from.length)];
  }

  /** A few words, with nasty ones among them. */
  private static String text(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int words = random.nextInt(1, 6); words > 0; words--) {
      if (random.nextInt(6) == 0) {
        text.append(pick(NASTY, random));
      }
      for (int letters = random.nextInt(1, 9); letters > 0; letters--) {
        text.append((char) random.nextInt('a', 'z' + 1));
      }
      text.append(words > 1 ? " " : "");
    }
    return text.toString();
  }
}
