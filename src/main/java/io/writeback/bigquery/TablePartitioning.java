package io.writeback.bigquery;

import com.google.api.services.bigquery.model.RangePartitioning;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TimePartitioning;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/**
 * How a table is cut into partitions (docs: "Introduction to partitioned tables"). Pure.
 *
 * @param unit HOUR, DAY, MONTH or YEAR; RANGE for ranges of an integer
 * @param column empty for the time at which a row came
 * @param range for RANGE
 */
record TablePartitioning(String unit, Optional<String> column, Optional<IntegerRange> range) {
  private static final Pattern TIME =
      Pattern.compile("(hour|day|month|year)(?:\\(\\s*([^(),]+?)\\s*\\))?");
  private static final Pattern RANGE =
      Pattern.compile(
          "range\\(\\s*([^(),]+?)\\s*,\\s*(-?\\d{1,18})\\s*,\\s*(-?\\d{1,18})\\s*,"
              + "\\s*(\\d{1,18})\\s*\\)");

  /** BigQuery takes no more partitions than this (docs: "Quotas and limits"). */
  private static final long MOST_PARTITIONS = 10_000;

  /** From start, inclusive, to end, exclusive, in steps of interval. */
  record IntegerRange(long start, long end, long interval) {}

  /**
   * Reads {@code none}, {@code day}, {@code day(column)} or {@code range(column,start,end,step)}.
   *
   * @throws ConfigException on the key if it is none of them
   */
  static Optional<TablePartitioning> parse(String key, String text) {
    String wanted = text.trim();
    if (wanted.isEmpty() || wanted.equals("none")) {
      return Optional.empty();
    }
    Matcher time = TIME.matcher(wanted);
    if (time.matches()) {
      return Optional.of(
          new TablePartitioning(
              time.group(1).toUpperCase(Locale.ROOT),
              Optional.ofNullable(time.group(2)),
              Optional.empty()));
    }
    Matcher range = RANGE.matcher(wanted);
    if (!range.matches()) {
      throw new ConfigException(
          key,
          text,
          "expected none, hour, day, month or year, one of them with a column such as"
              + " day(created_at), or range(column,start,end,step) such as range(id,0,1000000,1000)");
    }
    IntegerRange bounds =
        new IntegerRange(
            Long.parseLong(range.group(2)),
            Long.parseLong(range.group(3)),
            Long.parseLong(range.group(4)));
    if (bounds.end() <= bounds.start() || bounds.interval() <= 0) {
      throw new ConfigException(
          key,
          text,
          "expected range(column,start,end,step) with start < end and a step of 1 or more");
    }
    if ((bounds.end() - bounds.start() + bounds.interval() - 1) / bounds.interval()
        > MOST_PARTITIONS) {
      throw new ConfigException(
          key,
          text,
          "gives more than 10,000 partitions, the most that BigQuery takes: raise the step");
    }
    return Optional.of(
        new TablePartitioning("RANGE", Optional.of(range.group(1)), Optional.of(bounds)));
  }

  /** What a table has. */
  static Optional<TablePartitioning> of(Table table) {
    TimePartitioning time = table.getTimePartitioning();
    if (time != null) {
      return Optional.of(
          new TablePartitioning(
              time.getType(), Optional.ofNullable(time.getField()), Optional.empty()));
    }
    RangePartitioning range = table.getRangePartitioning();
    if (range == null) {
      return Optional.empty();
    }
    return Optional.of(
        new TablePartitioning(
            "RANGE",
            Optional.of(range.getField()),
            Optional.of(
                new IntegerRange(
                    range.getRange().getStart(),
                    range.getRange().getEnd(),
                    range.getRange().getInterval()))));
  }

  boolean isTime() {
    return range.isEmpty();
  }

  /** The same over the column as the table spells it; empty if it has no such column. */
  Optional<TablePartitioning> over(List<TableFieldSchema> columns) {
    if (column.isEmpty()) {
      return Optional.of(this);
    }
    return TableFields.named(columns, column.get())
        .map(found -> new TablePartitioning(unit, Optional.of(found.getName()), range));
  }

  /** Why a column cannot be partitioned by; empty if it can. */
  Optional<String> unfit(List<TableFieldSchema> columns) {
    if (column.isEmpty()) {
      return Optional.empty();
    }
    TableFieldSchema field = TableFields.find(columns, column.get()).orElseThrow();
    String type = TableFields.canonicalType(field.getType());
    boolean fits =
        switch (type) {
          case "DATE" -> isTime() && !unit.equals("HOUR");
          case "TIMESTAMP", "DATETIME" -> isTime();
          case "INTEGER" -> !isTime();
          default -> false;
        };
    if (fits && !TableFields.REPEATED.equals(field.getMode())) {
      return Optional.empty();
    }
    return Optional.of(
        "partitioned by "
            + this
            + ", but the column is "
            + type
            + ": expected "
            + (isTime()
                ? unit.equals("HOUR") ? "TIMESTAMP or DATETIME" : "DATE, TIMESTAMP or DATETIME"
                : "INTEGER"));
  }

  /**
   * Puts it into the resource of a table.
   *
   * @param expirationMs how long a partition lives, for partitions by time
   */
  void into(Table table, Optional<Long> expirationMs) {
    if (range.isPresent()) {
      table.setRangePartitioning(
          new RangePartitioning()
              .setField(column.orElseThrow())
              .setRange(
                  new RangePartitioning.Range()
                      .setStart(range.get().start())
                      .setEnd(range.get().end())
                      .setInterval(range.get().interval())));
      return;
    }
    table.setTimePartitioning(
        new TimePartitioning()
            .setType(unit)
            .setField(column.orElse(null))
            .setExpirationMs(expirationMs.orElse(null)));
  }

  /** The clause of CREATE TABLE, for a column of this type. */
  String clause(List<TableFieldSchema> columns) {
    if (column.isEmpty()) {
      return " PARTITION BY "
          + (unit.equals("DAY")
              ? "_PARTITIONDATE"
              : "TIMESTAMP_TRUNC(_PARTITIONTIME, " + unit + ")");
    }
    String name = BigQuerySql.quote(column.get());
    if (range.isPresent()) {
      IntegerRange bounds = range.get();
      return String.format(
          Locale.ROOT,
          " PARTITION BY RANGE_BUCKET(%s, GENERATE_ARRAY(%d, %d, %d))",
          name,
          bounds.start(),
          bounds.end(),
          bounds.interval());
    }
    String type =
        TableFields.canonicalType(TableFields.find(columns, column.get()).orElseThrow().getType());
    return type.equals("DATE") && unit.equals("DAY")
        ? " PARTITION BY " + name
        : " PARTITION BY " + type + "_TRUNC(" + name + ", " + unit + ")";
  }

  /** A condition that rows meet which came since then, and those that are in no partition yet. */
  String ingestedSince(String instant) {
    return "(_PARTITIONTIME IS NULL OR _PARTITIONTIME >= TIMESTAMP_TRUNC("
        + instant
        + ", "
        + unit
        + "))";
  }

  /**
   * The condition that a table wants of whoever reads it, in a form that every row meets; empty if
   * it wants none.
   *
   * @param alias of the table with a point after it, or empty
   */
  static Optional<String> required(Table table, String alias) {
    if (!Boolean.TRUE.equals(table.getRequirePartitionFilter())) {
      return Optional.empty();
    }
    return of(table)
        .map(
            partitioning -> {
              String name =
                  alias + partitioning.column().map(BigQuerySql::quote).orElse("_PARTITIONTIME");
              return "("
                  + name
                  + " >= "
                  + partitioning.least(BigQueryTables.fields(table))
                  + " OR "
                  + name
                  + " IS NULL)";
            });
  }

  private String least(List<TableFieldSchema> columns) {
    String type =
        column
            .flatMap(name -> TableFields.find(columns, name))
            .map(field -> TableFields.canonicalType(field.getType()))
            .orElse("TIMESTAMP");
    return switch (type) {
      case "INTEGER" -> Long.toString(-Long.MAX_VALUE);
      case "DATE" -> "DATE '0001-01-01'";
      case "DATETIME" -> "DATETIME '0001-01-01 00:00:00'";
      default -> "TIMESTAMP '0001-01-01 00:00:00+00'";
    };
  }

  /** As the configuration says it. */
  @Override
  public String toString() {
    if (range.isPresent()) {
      return String.format(
          Locale.ROOT,
          "range(%s,%d,%d,%d)",
          column.orElseThrow(),
          range.get().start(),
          range.get().end(),
          range.get().interval());
    }
    return unit.toLowerCase(Locale.ROOT) + column.map(c -> "(" + c + ")").orElse("");
  }
}
