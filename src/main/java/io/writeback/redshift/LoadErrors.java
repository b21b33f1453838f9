package io.writeback.redshift;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Rows that COPY refused, as the warehouse has noted them: outside of any transaction, so they
 * outlive the rollback (Developer Guide, "SYS_LOAD_ERROR_DETAIL"). Older clusters have the table
 * STL_LOAD_ERRORS alone.
 */
final class LoadErrors {
  /** Length of the file name in both tables: CHAR(256). */
  private static final int NAME_LENGTH = 256;

  private static final String SYS =
      "SELECT file_name, line_number, column_name, error_code, error_message"
          + " FROM sys_load_error_detail WHERE LEFT(file_name, ?) = ?";
  private static final String STL =
      "SELECT filename, line_number, colname, err_code, err_reason"
          + " FROM stl_load_errors WHERE LEFT(filename, ?) = ?";

  private LoadErrors() {}

  /**
   * A refused row.
   *
   * @param object that holds it
   * @param line of the file, from 1
   * @param reason column and reason, without the value
   */
  record LoadError(StagedObject object, long line, String reason) {}

  /**
   * What is noted about objects. Their keys are used once, so nothing older can be meant.
   *
   * @param uri of a key
   */
  static List<LoadError> of(
      Session session, Collection<StagedObject> objects, Function<String, String> uri)
      throws SQLException {
    Map<String, StagedObject> byName = new HashMap<>();
    Set<String> ambiguous = new HashSet<>();
    for (StagedObject object : objects) {
      if (byName.put(cut(uri.apply(object.key())), object) != null) {
        ambiguous.add(cut(uri.apply(object.key())));
      }
    }
    byName.keySet().removeAll(ambiguous);
    List<LoadError> errors = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String prefix : prefixes(byName.keySet())) {
      for (Found found : query(session, prefix)) {
        StagedObject object = byName.get(found.file());
        if (object != null && seen.add(found.file() + ":" + found.line())) {
          errors.add(new LoadError(object, found.line(), found.reason()));
        }
      }
    }
    return errors;
  }

  private record Found(String file, long line, String reason) {}

  /** Objects of a partition lie together, so there are few. */
  private static Set<String> prefixes(Collection<String> names) {
    Set<String> prefixes = new HashSet<>();
    names.forEach(name -> prefixes.add(name.substring(0, name.lastIndexOf('/') + 1)));
    return prefixes;
  }

  private static List<Found> query(Session session, String prefix) throws SQLException {
    try {
      return query(session, SYS, prefix);
    } catch (SQLException e) {
      boolean unknown = "42P01".equals(e.getSQLState()) || "42501".equals(e.getSQLState());
      if (!unknown) {
        throw e;
      }
      return query(session, STL, prefix);
    }
  }

  private static List<Found> query(Session session, String sql, String prefix) throws SQLException {
    return session.query(
        sql,
        row ->
            new Found(
                row.getString(1).trim(),
                row.getLong(2),
                reason(row.getString(3), row.getInt(4), row.getString(5))),
        prefix.length(),
        prefix);
  }

  /** The reasons of some errors quote the value, which may hold quotes itself. */
  static String reason(String column, int code, String message) {
    String words =
        String.valueOf(message).trim().replaceAll("(?is)value '(.*'|.*)", "value [hidden]");
    String where = column == null || column.isBlank() ? "" : "column " + column.trim() + ": ";
    return where + words + " (load error " + code + ")";
  }

  private static String cut(String uri) {
    return uri.length() <= NAME_LENGTH ? uri : uri.substring(0, NAME_LENGTH);
  }
}
