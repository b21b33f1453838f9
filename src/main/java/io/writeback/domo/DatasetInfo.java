package io.writeback.domo;

import java.time.Instant;
import java.util.List;

/**
 * A DataSet as Domo describes it. Everything but the id can be missing: a listing shows less, a
 * deleted DataSet little, and most live DataSets have no schema in their metadata.
 *
 * @param id lower case
 * @param name display name, or the id
 * @param rows by metadata, or -1 if it does not say
 * @param columns of the metadata's schema, empty if it has none
 * @param dataCurrentAt when the data last changed, or null
 * @param updatedAt when data or metadata last changed, or null
 * @param restricted whether row-level policies (PDP) are on
 * @param policies fingerprint of those policies, or "" if they are off or not shown
 * @param deleted whether Domo calls it deleted
 */
record DatasetInfo(
    String id,
    String name,
    long rows,
    List<DomoColumn> columns,
    Instant dataCurrentAt,
    Instant updatedAt,
    boolean restricted,
    String policies,
    boolean deleted) {
  DatasetInfo {
    columns = List.copyOf(columns);
  }
}
