package io.writeback.domo;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Times of the day in cron's five fields: minute, hour, day of month, month, day of week. Days
 * match as in cron(5): if both day fields are restricted, either is enough.
 *
 * <p>Where clocks change: with a fixed hour, a time that is skipped comes at the first moment after
 * the gap, and one that is repeated comes once, the first time. With an hour that begins with a
 * star the expression is about every hour that passes: nothing comes in the gap, and the repeated
 * hour counts twice.
 */
final class CronExpression {
  private static final Map<String, String> SHORTHANDS =
      Map.of(
          "@hourly", "0 * * * *",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@weekly", "0 0 * * 0",
          "@monthly", "0 0 1 * *",
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *");

  /** 29 February comes within 8 years even around a century that leaves it out. */
  private static final int HORIZON_DAYS = 8 * 366;

  private final CronField minutes;
  private final CronField hours;
  private final CronField days;
  private final CronField months;
  private final CronField weekdays;

  private CronExpression(List<CronField> fields) {
    minutes = fields.get(0);
    hours = fields.get(1);
    days = fields.get(2);
    months = fields.get(3);
    weekdays = fields.get(4);
  }

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException in words, also if no day of the calendar matches
   */
  static CronExpression parse(String text) {
    String full = SHORTHANDS.getOrDefault(text.trim().toLowerCase(Locale.ROOT), text.trim());
    String[] parts = full.split("\\s+", -1);
    if (parts.length != 5) {
      throw new IllegalArgumentException(
          "expected five fields (minute hour day-of-month month day-of-week) or one of "
              + SHORTHANDS.keySet().stream().sorted().toList()
              + ", found \""
              + text
              + "\"");
    }
    CronExpression expression =
        new CronExpression(
            List.of(
                CronField.parse("minute", parts[0], 0, 59, List.of()),
                CronField.parse("hour", parts[1], 0, 23, List.of()),
                CronField.parse("day of month", parts[2], 1, 31, List.of()),
                CronField.parse("month", parts[3], 1, 12, names(Month.values())),
                CronField.parse("day of week", parts[4], 0, 7, names(DayOfWeek.values()))));
    // 2000 to 2008 hold every kind of day.
    if (expression.dayFrom(LocalDate.of(2000, 1, 1)).isEmpty()) {
      throw new IllegalArgumentException("\"" + text + "\" matches no day of any year");
    }
    return expression;
  }

  /** The first time after the given one, exclusive. */
  Instant next(Instant after, ZoneId zone) {
    return hours.isAny() ? nextPassing(after, zone) : nextOnClock(after, zone);
  }

  /** The last time up to the given one, inclusive. */
  Instant last(Instant until, ZoneId zone) {
    int days = 1;
    while (next(until.minus(days, ChronoUnit.DAYS), zone).isAfter(until)) {
      days *= 4;
    }
    Instant last = next(until.minus(days, ChronoUnit.DAYS), zone);
    for (Instant at = last; !at.isAfter(until); at = next(at, zone)) {
      last = at;
    }
    return last;
  }

  /** By the hours that really pass. */
  private Instant nextPassing(Instant after, ZoneId zone) {
    ZonedDateTime at = after.atZone(zone).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
    while (true) {
      LocalDate day = dayFrom(at.toLocalDate()).orElseThrow();
      if (day.isAfter(at.toLocalDate())) {
        at = day.atStartOfDay(zone);
      }
      for (LocalDate same = day; at.toLocalDate().equals(same); at = at.plusMinutes(1)) {
        if (hours.has(at.getHour()) && minutes.has(at.getMinute())) {
          return at.toInstant();
        }
      }
    }
  }

  /** By what the clock on the wall shows. */
  private Instant nextOnClock(Instant after, ZoneId zone) {
    LocalDateTime shown = LocalDateTime.ofInstant(after, zone);
    LocalDate day = dayFrom(shown.toLocalDate()).orElseThrow();
    while (true) {
      for (int hour = 0; hour < 24; hour++) {
        if (hours.has(hour)) {
          for (int minute = 0; minute < 60; minute++) {
            if (minutes.has(minute)) {
              Instant at = moment(day.atTime(LocalTime.of(hour, minute)), zone);
              if (at.isAfter(after)) {
                return at;
              }
            }
          }
        }
      }
      day = dayFrom(day.plusDays(1)).orElseThrow();
    }
  }

  private static Instant moment(LocalDateTime shown, ZoneId zone) {
    ZoneOffsetTransition change = zone.getRules().getTransition(shown);
    return change != null && change.isGap()
        ? change.getInstant()
        : shown.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
  }

  private Optional<LocalDate> dayFrom(LocalDate first) {
    LocalDate day = first;
    for (int i = 0; i < HORIZON_DAYS; i++, day = day.plusDays(1)) {
      if (months.has(day.getMonthValue()) && dayMatches(day)) {
        return Optional.of(day);
      }
    }
    return Optional.empty();
  }

  private boolean dayMatches(LocalDate day) {
    int weekday = day.getDayOfWeek().getValue();
    boolean week = weekdays.has(weekday) || (weekday == 7 && weekdays.has(0));
    boolean month = days.has(day.getDayOfMonth());
    return days.isAny() || weekdays.isAny() ? week && month : week || month;
  }

  private static List<String> names(Enum<?>[] values) {
    return Arrays.stream(values).map(value -> value.name().substring(0, 3)).toList();
  }
}
