package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Clustering;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableSchema;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes tables and adds columns. Several tasks may do so at once: what one has done, the others
 * find. Safe for use by many threads.
 */
final class BigQueryTables {
  private static final Logger LOG = LoggerFactory.getLogger(BigQueryTables.class);
  private static final int ATTEMPTS = 8;

  private final BigQueryRest rest;
  private final Map<Target, List<TableFieldSchema>> known = new ConcurrentHashMap<>();

  BigQueryTables(BigQueryRest rest) {
    this.rest = rest;
  }

  /** Makes sure that the table has these columns; others that it has stay. */
  List<TableFieldSchema> ensure(Target target, List<TableFieldSchema> fields) {
    return ensure(target, fields, new Table());
  }

  /**
   * As {@link #ensure(Target, List)}; a new table is made like the given one.
   *
   * @return the columns that the table has
   */
  List<TableFieldSchema> ensure(Target target, List<TableFieldSchema> fields, Table like) {
    List<TableFieldSchema> columns = known.get(target);
    if (columns != null && TableFields.grown(columns, fields).isEmpty()) {
      return columns;
    }
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<Table> table = rest.findTable(target);
      if (table.isEmpty()) {
        Table created =
            new Table()
                .setSchema(new TableSchema().setFields(fields))
                .setClustering(like.getClustering())
                .setTableConstraints(like.getTableConstraints())
                .setLabels(like.getLabels())
                .setExpirationTime(like.getExpirationTime());
        if (rest.insertTable(target, created) == BigQueryRest.Creation.CREATED) {
          LOG.info("Created table {} with {} columns", target, fields.size());
        }
        continue;
      }
      List<TableFieldSchema> existing = fields(table.get());
      Optional<List<TableFieldSchema>> grown = TableFields.grown(existing, fields);
      if (grown.isEmpty()) {
        known.put(target, existing);
        return existing;
      }
      if (grow(target, table.get(), grown.get())) {
        LOG.info("Added {} columns to {}", grown.get().size() - existing.size(), target);
      }
    }
    throw FaultException.retry(
        "table " + target + " was changed by others each time columns were to be added", null);
  }

  private boolean grow(Target target, Table table, List<TableFieldSchema> grown) {
    try {
      return rest.patchTable(
          target, new Table().setSchema(new TableSchema().setFields(grown)), table.getEtag());
    } catch (FaultException e) {
      // Whoever added a column meanwhile makes our list one that lacks it, which is refused as
      // invalid; so only a table that is still the same makes the refusal final.
      boolean same = rest.findTable(target).map(BigQueryTables::fields).equals(fieldsOf(table));
      if (e.fault() != Fault.FATAL || same) {
        throw e;
      }
      return false;
    }
  }

  private static Optional<List<TableFieldSchema>> fieldsOf(Table table) {
    return Optional.of(fields(table));
  }

  /** The columns of a table, or empty if it is not there. */
  Optional<List<TableFieldSchema>> columns(Target target) {
    return rest.findTable(target).map(BigQueryTables::fields);
  }

  /** Whether a table is there and partitioned by the time at which rows came. */
  boolean isPartitionedByIngestion(Target target) {
    return rest.findTable(target)
        .map(Table::getTimePartitioning)
        .filter(partitioning -> partitioning.getField() == null)
        .isPresent();
  }

  /** The table, or empty if it is not there. */
  Optional<Table> find(Target target) {
    return rest.findTable(target);
  }

  /** Forgets what is known of a table that may have been dropped. */
  void forget(Target target) {
    known.remove(target);
  }

  /** A table that is read by these columns first. */
  static Table clusteredBy(String... columns) {
    return new Table().setClustering(new Clustering().setFields(List.of(columns)));
  }

  private static List<TableFieldSchema> fields(Table table) {
    return table.getSchema() == null || table.getSchema().getFields() == null
        ? List.of()
        : table.getSchema().getFields();
  }
}
