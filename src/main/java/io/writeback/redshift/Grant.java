package io.writeback.redshift;

import io.writeback.sink.Target;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/**
 * A privilege that new tables get, as configured: {@code SELECT TO GROUP analysts}.
 *
 * @param kind GROUP, ROLE, or empty for a user
 */
record Grant(String privilege, String kind, String grantee) {
  private static final Pattern TEXT =
      Pattern.compile(
          "(ALL|SELECT|INSERT|UPDATE|DELETE|REFERENCES|DROP|TRUNCATE|ALTER)\\s+TO\\s+"
              + "(?:(GROUP|ROLE)\\s+)?(\\S.*)",
          Pattern.CASE_INSENSITIVE);

  static Grant of(String key, String text) {
    Matcher matcher = TEXT.matcher(text.trim());
    if (!matcher.matches()) {
      throw new ConfigException(
          key, text, "expected a privilege and who gets it, such as SELECT TO GROUP analysts");
    }
    String kind = matcher.group(2);
    return new Grant(
        matcher.group(1).toUpperCase(Locale.ROOT),
        kind == null ? "" : kind.toUpperCase(Locale.ROOT),
        matcher.group(3).trim());
  }

  String on(Target target) {
    boolean all = kind.isEmpty() && grantee.equalsIgnoreCase("public");
    return "GRANT "
        + privilege
        + " ON "
        + Sql.table(target)
        + " TO "
        + (kind.isEmpty() ? "" : kind + " ")
        + (all ? "PUBLIC" : Sql.identifier(grantee));
  }
}
