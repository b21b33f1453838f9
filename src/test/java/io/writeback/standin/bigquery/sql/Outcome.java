package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableId;
import java.util.Set;

/**
 * What one statement did.
 *
 * @param kind its statementType
 * @param result the rows it returned, or null
 * @param counts of a DML statement, or null
 * @param tables that it read or changed
 * @param ddlTarget of a DDL statement, or null
 * @param ddlOperation CREATE, SKIP, REPLACE, ALTER or DROP, or null
 */
public record Outcome(
    String kind,
    StoredTable result,
    DmlCounts counts,
    Set<StoredTable> tables,
    TableId ddlTarget,
    String ddlOperation) {
  /** Rows by what happened to them. */
  public record DmlCounts(long inserted, long updated, long deleted) {
    public long affected() {
      return inserted + updated + deleted;
    }
  }

  static Outcome select(StoredTable result, Set<StoredTable> tables) {
    return new Outcome("SELECT", result, null, tables, null, null);
  }

  static Outcome dml(String kind, DmlCounts counts, Set<StoredTable> tables) {
    return new Outcome(kind, null, counts, tables, null, null);
  }

  static Outcome ddl(String kind, TableId target, String operation) {
    return new Outcome(kind, null, null, Set.of(), target, operation);
  }
}
