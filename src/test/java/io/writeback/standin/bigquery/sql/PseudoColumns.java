package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.Identifiers;
import io.writeback.standin.bigquery.catalog.StoredTable;

/** Columns that a table partitioned by ingestion time has beside its own. */
final class PseudoColumns {
  private PseudoColumns() {}

  static boolean mentions(String word) {
    return word.equalsIgnoreCase(StoredTable.PARTITION_TIME)
        || word.equalsIgnoreCase("_PARTITIONDATE");
  }

  static String render(String name) {
    return name.equalsIgnoreCase("_PARTITIONDATE")
        ? "CAST(" + StoredTable.PARTITION_TIME + " AS DATE)"
        : Identifiers.quote(name);
  }
}
