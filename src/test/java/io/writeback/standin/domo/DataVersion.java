package io.writeback.standin.domo;

import io.writeback.standin.domo.rows.RowSource;
import java.time.Instant;

/**
 * One upload (Domo developer portal, "Managing Dataset History").
 *
 * @param rows what this upload brought; for an APPEND only the new rows
 * @param recordedAt when metadata shows it
 * @param indexedAt when queries and exports show it; a Domo engineer calls 15 minutes later normal
 *     (domo-python-sdk#36)
 */
public record DataVersion(
    int dataId,
    int schemaId,
    Action action,
    RowSource rows,
    Instant recordedAt,
    Instant indexedAt) {
  /** A guess: the service counts bytes of its own storage. */
  long bytes() {
    return rows.rowCount() * 8 * rows.columns().size();
  }
}
