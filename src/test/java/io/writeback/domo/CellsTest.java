package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CellsTest {
  /** Cells lie somewhere in the parser's buffer, never at its start alone. */
  private static final String BEFORE = "9,-";

  @Test
  void wholeNumbersOfAllSizes() {
    for (String text :
        new String[] {"0", "-1", "+7", "410", "9223372036854775807", "-9223372036854775808"}) {
      assertEquals(Long.parseLong(text), longOf(text));
    }
    assertEquals(410, longOf("410.0"), "Domo shows whole numbers with decimals at times");
  }

  @Test
  void whatIsNoWholeNumberIsRefused() {
    for (String text : new String[] {"", "-", "1.5", "abc", "9223372036854775808", "1 2"}) {
      assertThrows(IllegalArgumentException.class, () -> longOf(text), text);
    }
  }

  @Test
  void doublesAreTheOnesThatJavaReads() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      double value =
          i % 2 == 0
              ? Math.round(random.nextDouble() * 1e9) / 100.0
              : Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        String text = i % 4 < 2 ? Double.toString(value) : new BigDecimal(value).toPlainString();
        assertEquals(Double.parseDouble(text), doubleOf(text), text);
      }
    }
    assertEquals(-0.0, doubleOf("-0"));
    assertEquals(0.0035, doubleOf(".0035"));
    assertEquals(410.0, doubleOf("410"));
    assertThrows(IllegalArgumentException.class, () -> doubleOf("1.2.3"));
    assertThrows(IllegalArgumentException.class, () -> doubleOf("-"));
  }

  @Test
  void decimalsAreTheOnesThatJavaReads() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      BigDecimal value =
          new BigDecimal(new BigInteger(random.nextInt(90), random), random.nextInt(7));
      String text = (random.nextBoolean() ? "-" : "") + value.toPlainString();
      char[] buf = (BEFORE + text).toCharArray();
      assertEquals(
          new BigDecimal(text).setScale(9),
          Cells.decimalValue(buf, BEFORE.length(), text.length(), 9),
          text);
    }
    assertEquals(new BigDecimal("1000.00"), Cells.decimalValue("1e3".toCharArray(), 0, 3, 2));
    for (String text : new String[] {"", "-", ".", "1.2.3", "x"}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> Cells.decimalValue(text.toCharArray(), 0, text.length(), 2),
          text);
    }
  }

  @Test
  void decimalsAreNeverRounded() {
    char[] buf = "12.50".toCharArray();
    assertEquals(new BigDecimal("12.500"), Cells.decimalValue(buf, 0, 5, 3));
    Exception refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Cells.decimalValue("1.2345".toCharArray(), 0, 6, 2));
    assertEquals(true, refused.getMessage().contains("domo.decimal.scale"));
    assertFalse(refused.getMessage().contains("1.2345"), "no row data in messages");
  }

  @Test
  void datesOfTheWholeCalendar() {
    for (LocalDate day = LocalDate.of(1580, 1, 1); day.getYear() < 2405; day = day.plusDays(17)) {
      String text = day.toString();
      char[] buf = (BEFORE + text).toCharArray();
      assertEquals(
          day.toEpochDay() * Cells.DAY_MS, Cells.dateMillis(buf, BEFORE.length(), 10), text);
    }
    assertEquals(0, Cells.dateMillis("1970-01-01T00:00:00".toCharArray(), 0, 19));
  }

  @Test
  void whatIsNoDayIsRefused() {
    for (String text :
        new String[] {"2026-02-29", "2026-13-01", "2026-1-01", "20260101", "2026-01-01T01:00:00"}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> Cells.dateMillis(text.toCharArray(), 0, text.length()),
          text);
    }
  }

  @Test
  void timesAreUtc() {
    assertEquals(Instant.parse("2017-01-18T22:21:04Z"), timeOf("2017-01-18T22:21:04"));
    assertEquals(Instant.parse("2017-01-18T22:21:04.500Z"), timeOf("2017-01-18 22:21:04.5Z"));
    assertEquals(Instant.parse("1969-12-31T23:59:59.999Z"), timeOf("1969-12-31T23:59:59.999999"));
    assertThrows(IllegalArgumentException.class, () -> timeOf("2017-01-18T24:00:00"));
    assertThrows(IllegalArgumentException.class, () -> timeOf("2017-01-18T22:21"));
  }

  private static long longOf(String text) {
    return Cells.longValue((BEFORE + text).toCharArray(), BEFORE.length(), text.length());
  }

  private static double doubleOf(String text) {
    return Cells.doubleValue((BEFORE + text).toCharArray(), BEFORE.length(), text.length());
  }

  private static Instant timeOf(String text) {
    return Instant.ofEpochMilli(Cells.dateTimeMillis(text.toCharArray(), 0, text.length()));
  }
}
