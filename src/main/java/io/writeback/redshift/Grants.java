package io.writeback.redshift;

import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Privileges on tables. */
final class Grants {
  /** What GRANT takes for a table (Developer Guide, "GRANT"). */
  private static final Set<String> KNOWN =
      Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES", "DROP", "TRUNCATE", "ALTER");

  private static final String READ =
      "SELECT privilege_type, identity_type, identity_name, admin_option"
          + " FROM svv_relation_privileges WHERE namespace_name = ? AND relation_name = ?"
          + " ORDER BY 1, 2, 3";

  private Grants() {}

  /** Statements that grant on one table what is granted on another. */
  static List<String> copied(Session session, Target from, Target to) throws SQLException {
    return session
        .query(
            READ,
            row ->
                statement(
                    row.getString(1).trim(),
                    row.getString(2).trim(),
                    String.valueOf(row.getString(3)).trim(),
                    row.getBoolean(4),
                    to),
            ColumnNames.fold(from.namespace()),
            ColumnNames.fold(from.table()))
        .stream()
        .filter(Objects::nonNull)
        .toList();
  }

  private static String statement(
      String privilege, String kind, String name, boolean grantable, Target table) {
    if (!KNOWN.contains(privilege)) {
      return null;
    }
    String to =
        switch (kind) {
          case "public" -> "PUBLIC";
          case "role" -> "ROLE " + Sql.identifier(name);
          case "group" -> "GROUP " + Sql.identifier(name);
          default -> Sql.identifier(name);
        };
    return "GRANT "
        + privilege
        + " ON "
        + Sql.table(table)
        + " TO "
        + to
        + (grantable && kind.equals("user") ? " WITH GRANT OPTION" : "");
  }
}
