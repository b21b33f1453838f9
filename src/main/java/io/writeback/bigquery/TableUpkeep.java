package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TimePartitioning;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.data.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps tables as they are configured. What this delivery has made bears its label, and gets
 * another description, labels and expirations when the configuration changes; what somebody else
 * has made is left as it is. Partitions and clustering are never changed: a table that differs is
 * named in the log. Safe for use by many threads.
 */
final class TableUpkeep {
  /** On every table that a delivery has made: which one. */
  static final String LABEL = "writeback-delivery";

  private static final Logger LOG = LoggerFactory.getLogger(TableUpkeep.class);

  private final BigQueryRest rest;
  private final TableDesigns designs;
  private final boolean relaxes;
  private final TypeChange typeChange;
  private final ColumnNaming naming;
  private final TypeDetours detours;
  private final String label;
  private final InstantSource clock;
  private final Set<Target> met = ConcurrentHashMap.newKeySet();

  /**
   * The upkeep of a delivery's tables.
   *
   * @param relaxes whether REQUIRED columns become NULLABLE if the rows need not have them
   * @param typeChange what becomes of a field whose type does not fit its column
   * @param naming how fields get their columns
   */
  TableUpkeep(
      BigQueryRest rest,
      TableDesigns designs,
      boolean relaxes,
      TypeChange typeChange,
      ColumnNaming naming,
      String deliveryId,
      InstantSource clock) {
    this.rest = rest;
    this.designs = designs;
    this.relaxes = relaxes;
    this.typeChange = typeChange;
    this.naming = naming;
    this.detours = new TypeDetours(naming, typeChange == TypeChange.COLUMN);
    this.label = ChainIds.hash(deliveryId);
    this.clock = clock;
  }

  TableDesign design(Target target) {
    return designs.of(target);
  }

  /** The resource of a new table for rows. */
  Table made(Target target, TableDesign design, List<TableFieldSchema> columns) {
    return design.labelled(Map.of(LABEL, label)).resource(target, columns, clock.millis());
  }

  /**
   * Makes sure that columns hold what the rows bring, if they have to.
   *
   * @throws FaultException CONFIGURATION if one does not
   */
  void checkTypes(Target target, List<TableFieldSchema> table, List<TableFieldSchema> rows) {
    if (typeChange == TypeChange.FAIL) {
      refuseMisfit(target, table, rows);
    }
  }

  /**
   * Whether rows of these schemas can be written as they are; if not, they have to be made again.
   *
   * @param table columns that the table has now
   * @param key columns that tell rows apart; empty if none do
   * @throws FaultException CONFIGURATION if columns have to hold what the rows bring, and do not
   */
  boolean fits(
      Target target, List<TableFieldSchema> table, Collection<Schema> schemas, List<String> key) {
    if (typeChange == TypeChange.FAIL) {
      // One by one: of two schemas in one batch the first would hide what the second asks for.
      schemas.forEach(
          schema -> refuseMisfit(target, table, BatchColumns.of(List.of(schema), naming)));
    }
    return !detours.learn(target, table, schemas, key);
  }

  /** The columns of rows, as those of the table that have been made for them. */
  List<TableFieldSchema> meant(List<TableFieldSchema> table, List<TableFieldSchema> rows) {
    return typeChange == TypeChange.FAIL ? rows : TypeFit.meant(table, rows);
  }

  /** The columns of rows, by the names of those beside where the table's cannot hold them. */
  List<TableFieldSchema> beside(List<TableFieldSchema> table, List<TableFieldSchema> rows) {
    return typeChange == TypeChange.COLUMN
        ? rows.stream().map(row -> TypeDetours.beside(table, row)).toList()
        : rows;
  }

  ColumnNaming naming() {
    return naming;
  }

  TypeDetours detours() {
    return detours;
  }

  static void refuseMisfit(
      Target target, List<TableFieldSchema> table, List<TableFieldSchema> rows) {
    TypeFit.misfit(table, rows)
        .ifPresent(
            words -> {
              throw FaultException.configuration(
                  "column "
                      + words
                      + ", which table "
                      + target
                      + " cannot hold exactly. Change the column or the records ("
                      + BigQueryTableKeys.TYPE_CHANGE
                      + ")",
                  null);
            });
  }

  /** A table's columns as they have to be for these rows; empty if they are. */
  Optional<List<TableFieldSchema>> changed(
      List<TableFieldSchema> table, List<TableFieldSchema> rows) {
    Optional<List<TableFieldSchema>> grown = TableFields.grown(table, rows);
    if (!relaxes) {
      return grown;
    }
    return TableFields.relaxed(grown.orElse(table), rows).or(() -> grown);
  }

  /** A table that is there and is about to be written to. */
  void met(Target target, Table table) {
    if (!met.add(target)) {
      return;
    }
    TableDesign design = designs.of(target);
    warn(target, table, design);
    if (table.getLabels() == null || !label.equals(table.getLabels().get(LABEL))) {
      return;
    }
    Table changes = changes(table, design);
    if (changes.isEmpty()) {
      return;
    }
    try {
      if (rest.patchTable(target, changes, table.getEtag())) {
        LOG.info("Changed {} of {} to what is configured", changes.keySet(), target);
      } else {
        met.remove(target);
      }
    } catch (FaultException e) {
      // Rows can be written all the same.
      LOG.warn("Left {} of {} as they are: {}", changes.keySet(), target, e.getMessage());
    }
  }

  private static void warn(Target target, Table table, TableDesign design) {
    List<TableFieldSchema> columns = BigQueryTables.fields(table);
    Optional<TablePartitioning> actual = TablePartitioning.of(table);
    Optional<TablePartitioning> wanted = design.partitioning().flatMap(p -> p.over(columns));
    if (design.partitioning().isPresent() && !actual.equals(wanted)) {
      LOG.warn(
          "Table {} is there already with partitions {}, and {} asks for {}: BigQuery cannot change"
              + " them. To have them, make the table anew and copy the rows",
          target,
          actual.map(TablePartitioning::toString).orElse("none"),
          BigQueryTableKeys.PARTITION,
          design.partitioning().get());
    }
    List<String> clustered =
        table.getClustering() == null ? List.of() : table.getClustering().getFields();
    List<String> asked =
        design.cluster().stream()
            .flatMap(name -> TableFields.named(columns, name).stream())
            .map(TableFieldSchema::getName)
            .toList();
    if (!design.cluster().isEmpty() && !clustered.equals(asked)) {
      LOG.warn(
          "Table {} is there already, clustered by {}, and {} asks for {}: it is left as it is",
          target,
          clustered,
          BigQueryTableKeys.CLUSTER,
          asked);
    }
  }

  private static Table changes(Table table, TableDesign design) {
    Table changes = new Table();
    Map<String, String> labels = new HashMap<>(table.getLabels());
    labels.putAll(design.labels());
    if (!labels.equals(table.getLabels())) {
      changes.setLabels(labels);
    }
    design
        .description()
        .filter(text -> !text.equals(table.getDescription()))
        .ifPresent(changes::setDescription);
    Long expires = design.expirationMs().map(ms -> table.getCreationTime() + ms).orElse(null);
    if (expires != null && !within(expires, table.getExpirationTime())) {
      changes.setExpirationTime(expires);
    }
    TimePartitioning time = table.getTimePartitioning();
    if (time != null
        && design.partitionExpirationMs().isPresent()
        && !design.partitionExpirationMs().get().equals(time.getExpirationMs())) {
      changes.setTimePartitioning(
          time.clone().setExpirationMs(design.partitionExpirationMs().get()));
    }
    boolean partitioned = time != null || table.getRangePartitioning() != null;
    if (partitioned
        && design.partitioning().isPresent()
        && design.filterRequired() != Boolean.TRUE.equals(table.getRequirePartitionFilter())) {
      changes.setRequirePartitionFilter(design.filterRequired());
    }
    return changes;
  }

  /** The same expiration, counted from a clock here and from one there. */
  private static boolean within(long wanted, Long actual) {
    return actual != null && Math.abs(Objects.requireNonNull(actual) - wanted) < 3_600_000;
  }
}
