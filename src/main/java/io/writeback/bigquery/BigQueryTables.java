package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Clustering;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableSchema;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.connect.data.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes tables and changes their columns. Several tasks may do so at once: what one has done, the
 * others find. Safe for use by many threads.
 */
final class BigQueryTables {
  private static final Logger LOG = LoggerFactory.getLogger(BigQueryTables.class);
  private static final int ATTEMPTS = 8;

  private final BigQueryRest rest;
  private final TableUpkeep upkeep;
  private final Map<Target, List<TableFieldSchema>> known = new ConcurrentHashMap<>();

  BigQueryTables(BigQueryRest rest, TableUpkeep upkeep) {
    this.rest = rest;
    this.upkeep = upkeep;
  }

  /**
   * Makes sure that a table for rows has these columns; others that it has stay. A new one is made
   * by its design.
   *
   * @return the columns that the table has
   */
  List<TableFieldSchema> ensure(Target target, List<TableFieldSchema> fields) {
    return ensure(target, fields, upkeep.design(target));
  }

  /** As {@link #ensure(Target, List)}, for rows that these columns tell apart. */
  List<TableFieldSchema> ensureKeyed(
      Target target, List<TableFieldSchema> fields, List<String> key) {
    return ensure(target, fields, upkeep.design(target).keyedBy(key, fields));
  }

  private List<TableFieldSchema> ensure(
      Target target, List<TableFieldSchema> fields, TableDesign design) {
    return ensure(target, fields, true, () -> upkeep.made(target, design, fields));
  }

  /** As {@link #ensure(Target, List)}, for a table of the sink itself, made like the given one. */
  List<TableFieldSchema> ensureOwn(Target target, List<TableFieldSchema> fields, Table like) {
    return ensure(
        target,
        fields,
        false,
        () -> {
          upkeep.design(target).encrypt(like);
          return like.setSchema(new TableSchema().setFields(fields));
        });
  }

  private List<TableFieldSchema> ensure(
      Target target, List<TableFieldSchema> fields, boolean ofRows, Supplier<Table> made) {
    List<TableFieldSchema> columns = known.get(target);
    if (columns != null && ofRows) {
      upkeep.checkTypes(target, columns, fields);
    }
    if (columns != null && upkeep.changed(columns, fields).isEmpty()) {
      return columns;
    }
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<Table> table = rest.findTable(target);
      if (table.isEmpty()) {
        if (rest.insertTable(target, made.get()) == BigQueryRest.Creation.CREATED) {
          LOG.info("Created table {} with {} columns", target, fields.size());
        }
        continue;
      }
      List<TableFieldSchema> existing = fields(table.get());
      if (ofRows) {
        upkeep.checkTypes(target, existing, fields);
      }
      Optional<List<TableFieldSchema>> changed = upkeep.changed(existing, fields);
      if (changed.isEmpty()) {
        if (ofRows) {
          upkeep.met(target, table.get());
        }
        known.put(target, existing);
        return existing;
      }
      if (change(target, table.get(), changed.get())) {
        LOG.info(
            "Changed the columns of {}: {} added, {} relaxed",
            target,
            changed.get().size() - existing.size(),
            TableFields.required(existing) - TableFields.required(changed.get()));
      }
    }
    throw FaultException.retry(
        "table " + target + " was changed by others each time columns were to be added", null);
  }

  /** As {@link TableUpkeep#fits}, for columns that {@link #ensure} has returned. */
  boolean fits(
      Target target, List<TableFieldSchema> columns, Collection<Schema> schemas, List<String> key) {
    return upkeep.fits(target, columns, schemas, key);
  }

  /** The columns of rows, by the names of those beside where the table's cannot hold them. */
  List<TableFieldSchema> beside(List<TableFieldSchema> table, List<TableFieldSchema> rows) {
    return upkeep.beside(table, rows);
  }

  /**
   * The columns of rows as they wait for a table: of its types where its columns have been made for
   * them, so that a value which is none is found while it waits.
   */
  List<TableFieldSchema> meant(Target target, List<TableFieldSchema> rows) {
    return columns(target).map(table -> upkeep.meant(table, rows)).orElse(rows);
  }

  /** The columns of rows of these schemas. */
  List<TableFieldSchema> columnsOf(Collection<Schema> schemas) {
    return BatchColumns.of(schemas, upkeep.naming());
  }

  /** How fields get their columns. */
  ColumnNaming naming() {
    return upkeep.naming();
  }

  /** Where fields go that do not fit their columns. */
  TypeDetours detours() {
    return upkeep.detours();
  }

  private boolean change(Target target, Table table, List<TableFieldSchema> changed) {
    try {
      return rest.patchTable(
          target, new Table().setSchema(new TableSchema().setFields(changed)), table.getEtag());
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

  /** What was last seen of a table's columns, without a call; empty if it was never met. */
  Optional<List<TableFieldSchema>> seen(Target target) {
    return Optional.ofNullable(known.get(target));
  }

  /** How a table is made that is not there yet. */
  TableDesign design(Target target) {
    return upkeep.design(target);
  }

  /** The resource of a new table for rows, with these labels besides. */
  Table made(Target target, List<TableFieldSchema> fields, Map<String, String> labels) {
    return upkeep.made(target, upkeep.design(target).labelled(labels), fields);
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

  static List<TableFieldSchema> fields(Table table) {
    return table.getSchema() == null || table.getSchema().getFields() == null
        ? List.of()
        : table.getSchema().getFields();
  }
}
