package io.writeback.bigquery;

import io.writeback.sink.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How old answers of a table may be, to which changes are applied in the background. The REST API
 * neither keeps nor returns it, so it is set and read by SQL (docs: "Stream table updates with
 * change data capture", max_staleness).
 */
final class MaxStaleness {
  private static final Logger LOG = LoggerFactory.getLogger(MaxStaleness.class);

  /** {@code INTERVAL 15 MINUTE}. */
  private static final Pattern SIMPLE =
      Pattern.compile("INTERVAL\\s+'?\"?(\\d+)'?\"?\\s+(SECOND|MINUTE|HOUR|DAY)");

  /** {@code 0-0 0 4:15:0}, with or without what stands before the hours. */
  private static final Pattern CLOCK =
      Pattern.compile("(?:(\\d+)-(\\d+) )?(?:(\\d+) )?(\\d+):(\\d+):(\\d+)(?:\\.\\d+)?");

  private final BigQueryQueries queries;
  private final BigQuerySql sql;

  MaxStaleness(BigQueryQueries queries, BigQuerySql sql) {
    this.queries = queries;
    this.sql = sql;
  }

  /** Sets it if it is another. */
  void set(Target target, long ms) {
    long seconds = (ms + 999) / 1000;
    List<BigQueryQueries.Row> rows =
        queries.rows(
            SqlStatement.of(option(target))
                .with("table", target.table())
                .with("option", "max_staleness"));
    Optional<Duration> now =
        rows.isEmpty() ? Optional.empty() : parse(rows.get(0).text("option_value"));
    if (now.filter(Duration.ofSeconds(seconds)::equals).isPresent()) {
      return;
    }
    queries.execute(
        SqlStatement.of(
            "ALTER TABLE "
                + sql.table(target)
                + " SET OPTIONS (max_staleness = INTERVAL "
                + seconds
                + " SECOND)"));
    LOG.info("Answers of {} may be {} s old from now on, before {}", target, seconds, now);
  }

  private String option(Target target) {
    return "SELECT option_value FROM "
        + sql.table(new Target(target.namespace(), "INFORMATION_SCHEMA.TABLE_OPTIONS"))
        + " WHERE table_name = @table AND option_name = @option";
  }

  /** An interval in the words of SQL; empty if it is in others. */
  static Optional<Duration> parse(String text) {
    Matcher simple = SIMPLE.matcher(text == null ? "" : text.trim());
    if (simple.matches()) {
      long number = Long.parseLong(simple.group(1));
      return Optional.of(
          switch (simple.group(2)) {
            case "DAY" -> Duration.ofDays(number);
            case "HOUR" -> Duration.ofHours(number);
            case "MINUTE" -> Duration.ofMinutes(number);
            default -> Duration.ofSeconds(number);
          });
    }
    Matcher clock = CLOCK.matcher(text == null ? "" : text);
    if (!clock.find() || number(clock, 1) != 0 || number(clock, 2) != 0) {
      return Optional.empty();
    }
    return Optional.of(
        Duration.ofDays(number(clock, 3))
            .plusHours(number(clock, 4))
            .plusMinutes(number(clock, 5))
            .plusSeconds(number(clock, 6)));
  }

  private static long number(Matcher matcher, int group) {
    return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group));
  }
}
