package io.writeback.standin.redshift;

/**
 * What to do for one statement.
 *
 * @param original the statement as the client wrote it
 * @param sql the statement for PostgreSQL
 * @param table the table that it writes, for the write lock; null if none
 * @param copy the COPY command; only for that kind
 */
record Plan(Kind kind, String original, String sql, String table, CopyCommand copy) {
  /** How a statement is executed. */
  enum Kind {
    /** By PostgreSQL, as it is. */
    FORWARD,
    /** By PostgreSQL, which reports an INSERT. */
    MERGE,
    /** By PostgreSQL, then the transaction is committed. */
    TRUNCATE,
    /** By PostgreSQL, outside of a transaction block only, after a look at the column. */
    ALTER_TYPE,
    /** Here: {@code sql} is the command tag. */
    ANSWER,
    /** Here, with data from S3. */
    COPY
  }

  static Plan forward(String original, String sql, String table) {
    return new Plan(Kind.FORWARD, original, sql, table, null);
  }

  static Plan answer(String original, String tag) {
    return new Plan(Kind.ANSWER, original, tag, null, null);
  }

  /** Whether PostgreSQL gets to see the statement. */
  boolean reachesDatabase() {
    return kind != Kind.ANSWER && kind != Kind.COPY;
  }
}
