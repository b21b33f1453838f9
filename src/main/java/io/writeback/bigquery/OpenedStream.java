package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Table;
import io.writeback.bigquery.StreamLedger.Entry;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A stream that rows may be appended to.
 *
 * @param entry what the ledger says of it
 * @param tableMade when its table was made, in ms; empty if it was not there
 * @param at when it was opened
 */
record OpenedStream(Entry entry, Optional<Long> tableMade, Instant at) {
  /** When a table was made: by that it is told from a later one of its name. */
  static Optional<Long> creation(BigQueryTables tables, Target target) {
    return tables.find(target).map(Table::getCreationTime);
  }

  String name() {
    return entry.stream();
  }

  /** Whether its table was dropped, whatever has its name now; it is then looked at anew. */
  boolean isTableGone(BigQueryTables tables) {
    boolean gone = tableMade.isPresent() && !creation(tables, entry.target()).equals(tableMade);
    if (gone) {
      tables.forget(entry.target());
    }
    return gone;
  }

  /**
   * Ends it.
   *
   * @return how many rows it has; empty if it is not there any more
   * @throws FaultException RETRY if that is not known
   */
  OptionalLong finish(StreamParts parts) {
    try {
      return parts.service().finish(name());
    } catch (StorageFailure e) {
      if (e.kind() == StorageFailure.Kind.DENIED && isTableGone(parts.tables())) {
        return OptionalLong.empty();
      }
      throw FaultException.retry("ending stream " + name() + ": " + e.getMessage(), e);
    }
  }
}
