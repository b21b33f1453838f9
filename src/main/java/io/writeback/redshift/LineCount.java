package io.writeback.redshift;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the warehouse takes for a line when it says which one it could not load. The documentation
 * says "line number in the load file" (SYS_LOAD_ERROR_DETAIL, STL_LOAD_ERRORS), and not whether a
 * line feed in quotes ends one. So a file that tells is loaded, once, when it first matters: its
 * second record is bad and begins on the third line. Safe for use by many threads.
 */
final class LineCount {
  private static final Logger LOG = LoggerFactory.getLogger(LineCount.class);
  private static final byte[] TELLING = "\"a\nb\",1\n\"c\",none\n".getBytes(StandardCharsets.UTF_8);
  private static final List<Column> COLUMNS =
      List.of(
          new Column("a", RedshiftType.varchar(16)),
          new Column("b", RedshiftType.of(RedshiftType.Kind.INTEGER)));

  private final S3Stage stage;
  private final ObjectKeys keys;
  private final Copier copier;
  private Boolean records;

  LineCount(S3Stage stage, ObjectKeys keys, Copier copier) {
    this.stage = stage;
    this.keys = keys;
    this.copier = copier;
  }

  /** Whether a line is a record, however many line feeds it holds. */
  synchronized boolean byRecord(Sessions sessions) {
    if (records == null) {
      StagedObject telling = object();
      stage.put(telling.key(), TELLING);
      try {
        sessions.rolledBack("see how lines are counted", session -> load(session, telling));
        List<LoadErrors.LoadError> errors =
            sessions.call(
                "see how lines are counted",
                session -> LoadErrors.of(session, List.of(telling), stage::uri));
        if (errors.isEmpty()) {
          // The view lags. As documented, until it says otherwise.
          return false;
        }
        records = errors.get(0).line() == 2;
        LOG.debug("A line of a load error is a {}", records ? "record" : "line of the file");
      } finally {
        stage.deleteLater(List.of(telling.key()));
      }
    }
    return records;
  }

  private long load(Session session, StagedObject telling) throws SQLException {
    String table = "_wb_lines_" + UUID.randomUUID().toString().substring(0, 8);
    session.execute(TableChange.temporary(table, COLUMNS));
    return copier.provoke(session, Sql.identifier(table), List.of(telling));
  }

  private StagedObject object() {
    return new StagedObject(
        keys.probe(UUID.randomUUID().toString()),
        COLUMNS,
        0,
        Compression.NONE,
        2,
        TELLING.length,
        0,
        0,
        0,
        0);
  }
}
