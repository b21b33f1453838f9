package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronExpressionTest {
  /** Forward on 29 March 2026 at 02:00 CET, back on 25 October 2026 at 03:00 CEST. */
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 6 * * *            | 2026-11-21T05:59:59 | 2026-11-21T06:00",
        "0 6 * * *            | 2026-11-21T06:00:00 | 2026-11-22T06:00",
        "*/20 * * * *         | 2026-11-21T05:40:00 | 2026-11-21T06:00",
        "5/20 * * * *         | 2026-11-21T05:45:00 | 2026-11-21T06:05",
        "0,30 9-17/4 * * *    | 2026-11-21T09:30:00 | 2026-11-21T13:00",
        "0 0 31 * *           | 2026-11-21T00:00:00 | 2026-12-31T00:00",
        "0 0 29 2 *           | 2026-03-01T00:00:00 | 2028-02-29T00:00",
        "0 12 * * MON-fri     | 2026-11-20T12:00:00 | 2026-11-23T12:00",
        "0 12 * * 0           | 2026-11-21T12:00:00 | 2026-11-22T12:00",
        "0 12 * * 7           | 2026-11-21T12:00:00 | 2026-11-22T12:00",
        "0 0 1 jan *          | 2026-11-21T12:00:00 | 2027-01-01T00:00",
        "0 0 13 * FRI         | 2026-11-21T00:00:00 | 2026-11-27T00:00",
        "0 0 13 * FRI         | 2026-12-11T00:00:00 | 2026-12-13T00:00",
        "0 0 */10 * FRI       | 2026-11-21T00:00:00 | 2026-12-11T00:00",
        "30 */6 * * *         | 2026-11-21T06:30:00 | 2026-11-21T12:30",
        "@monthly             | 2026-11-21T00:00:00 | 2026-12-01T00:00",
        "@weekly              | 2026-11-21T00:00:00 | 2026-11-22T00:00",
      })
  void theNextTime(String expression, LocalDateTime after, LocalDateTime expected) {
    assertEquals(
        expected.toInstant(ZoneOffset.UTC),
        CronExpression.parse(expression).next(after.toInstant(ZoneOffset.UTC), ZoneOffset.UTC));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "5-1 * * * *",
        "*/0 * * * *",
        "a * * * *",
        "1,,2 * * * *",
        "-1 * * * *",
        "0 0 30 2 *",
        "0 0 31 4,6,9,11 *",
        "@never",
        "0 0 * * MON-"
      })
  void whatIsNoExpressionIsRefusedInWords(String expression) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> CronExpression.parse(expression));
    assertTrue(e.getMessage().length() > 15, e.getMessage());
  }

  /** The clock goes from 02:00 to 03:00: at 02:30 there is nothing on it. */
  @Test
  void aSkippedTimeComesRightAfterTheGapAndOnce() {
    assertEquals(
        List.of("2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"),
        times("30 2 * * *", "2026-03-28T00:00:00Z", 3));
    assertEquals(
        List.of("2026-03-29T01:00:00Z", "2026-03-30T00:10:00Z"),
        times("10,20,50 2 * * *", "2026-03-28T12:00:00Z", 2),
        "three times of the same gap are one");
    assertEquals(
        List.of("2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z", "2026-03-30T01:00:00Z"),
        times("0 2,3 * * *", "2026-03-28T12:00:00Z", 3),
        "03:00 and what was skipped before it are one moment");
  }

  /** The clock shows 02:00 to 02:59 twice. */
  @Test
  void aRepeatedTimeComesOnceAtItsFirst() {
    assertEquals(
        List.of("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
        times("30 2 * * *", "2026-10-24T12:00:00Z", 2));
    assertEquals(
        List.of("2026-10-26T01:30:00Z"),
        times("30 2 * * *", "2026-10-25T01:10:00Z", 1),
        "asked in the second 02:10");
  }

  @Test
  void everyHourIsEveryHourThatPasses() {
    assertEquals(
        List.of("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
        times("30 * * * *", "2026-03-29T00:00:00Z", 2));
    assertEquals(
        List.of("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"),
        times("30 * * * *", "2026-10-25T00:00:00Z", 3));
  }

  @Test
  void theLastTimeIsTheOneThatWasMissed() {
    CronExpression daily = CronExpression.parse("0 6 * * *");
    Instant noon = Instant.parse("2026-11-21T12:00:00Z");
    Instant six = Instant.parse("2026-11-21T06:00:00Z");
    assertEquals(six, daily.last(noon, ZoneOffset.UTC));
    assertEquals(six, daily.last(six, ZoneOffset.UTC), "inclusive");
    assertEquals(
        Instant.parse("2024-02-29T00:00:00Z"),
        CronExpression.parse("0 0 29 2 *").last(noon, ZoneOffset.UTC));
    assertEquals(
        Instant.parse("2026-11-21T12:00:00Z"),
        CronExpression.parse("* * * * *").last(noon.plusSeconds(59), ZoneOffset.UTC));
  }

  /** Whatever the rules of a zone, times move on and none is given twice. */
  @Test
  void timesOnlyMoveForward() {
    Random random = new Random(7);
    List<String> zones = List.of("Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia");
    for (int i = 0; i < 300; i++) {
      ZoneId zone = ZoneId.of(zones.get(i % zones.size()));
      String text = random.nextInt(60) + "," + random.nextInt(60) + " " + random.nextInt(24);
      CronExpression daily = CronExpression.parse(text + " * * *");
      Instant at = Instant.parse("2011-12-25T00:00:00Z").plusSeconds(random.nextInt(400) * 86_400L);
      for (int k = 0; k < 20; k++) {
        Instant next = daily.next(at, zone);
        assertTrue(next.isAfter(at), text + " in " + zone + " at " + at);
        assertTrue(
            next.isBefore(at.plusSeconds(50 * 3600)), text + " in " + zone + " left out a day");
        at = next;
      }
    }
  }

  private static List<String> times(String expression, String from, int count) {
    CronExpression cron = CronExpression.parse(expression);
    List<String> times = new ArrayList<>();
    Instant at = Instant.parse(from);
    for (int i = 0; i < count; i++) {
      at = cron.next(at, BERLIN);
      times.add(at.toString());
    }
    return times;
  }
}
