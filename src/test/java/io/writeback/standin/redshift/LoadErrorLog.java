package io.writeback.standin.redshift;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows that one COPY could not load, kept beside its transaction so that they outlive a
 * rollback (Developer Guide, "SYS_LOAD_ERROR_DETAIL" and "STL_LOAD_ERRORS").
 */
final class LoadErrorLog {
  private static final String INSERT =
      "INSERT INTO redshift.load_errors VALUES ((SELECT usesysid::int FROM pg_user WHERE usename = ?),"
          + " ?, ?, 0, ?, current_database(), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  private record Entry(String file, long line, RowRejected rejected, String length, String raw) {}

  private final long query;
  private final int session;
  private final String user;
  private final Instant started = Instant.now();
  private final List<Entry> entries = new ArrayList<>();

  LoadErrorLog(long query, int session, String user) {
    this.query = query;
    this.session = session;
    this.user = user;
  }

  void add(String file, long line, RowRejected rejected, String length, String raw) {
    entries.add(new Entry(file, line, rejected, length, raw));
  }

  int size() {
    return entries.size();
  }

  /** Makes the rows visible. */
  void publish(PostgresDatabase database, int table) {
    if (entries.isEmpty()) {
      return;
    }
    try (Connection connection = database.admin();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      Timestamp start = Timestamp.valueOf(LocalDateTime.ofInstant(started, ZoneOffset.UTC));
      for (Entry entry : entries) {
        RowRejected rejected = entry.rejected;
        int at = 0;
        insert.setString(++at, user);
        insert.setString(++at, user);
        insert.setLong(++at, query);
        insert.setInt(++at, session);
        insert.setInt(++at, table);
        insert.setTimestamp(++at, start);
        insert.setString(++at, entry.file);
        insert.setLong(++at, entry.line);
        insert.setString(++at, rejected.column());
        insert.setString(++at, rejected.type());
        insert.setString(++at, entry.length);
        insert.setInt(++at, rejected.position());
        insert.setInt(++at, rejected.code());
        insert.setString(++at, rejected.getMessage());
        insert.setString(++at, entry.raw);
        insert.setString(++at, rejected.value());
        insert.addBatch();
      }
      insert.executeBatch();
    } catch (SQLException e) {
      throw new SqlFailure("XX000", "load errors cannot be recorded", e.getMessage());
    }
  }
}
