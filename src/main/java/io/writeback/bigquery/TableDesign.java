package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Clustering;
import com.google.api.services.bigquery.model.EncryptionConfiguration;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableConstraints;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableSchema;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a table is made. Columns that it does not have are left out of its clustering and key, since
 * one design serves many tables. Pure, but for a line in the log.
 *
 * @param filterRequired whether queries must name partitions
 * @param partitionExpirationMs how long a partition by time lives
 * @param cluster columns by which rows are kept together, most important first
 * @param primaryKey columns of the constraint, which BigQuery does not enforce
 * @param expirationMs how long the table lives
 * @param kmsKey key of Cloud KMS that encrypts it
 * @param maxStalenessMs how old an answer may be, where changes are merged in the background
 */
record TableDesign(
    Optional<TablePartitioning> partitioning,
    boolean filterRequired,
    Optional<Long> partitionExpirationMs,
    List<String> cluster,
    List<String> primaryKey,
    Map<String, String> labels,
    Optional<String> description,
    Optional<Long> expirationMs,
    Optional<String> kmsKey,
    Optional<Long> maxStalenessMs) {
  static final TableDesign PLAIN =
      new TableDesign(
          Optional.empty(),
          false,
          Optional.empty(),
          List.of(),
          List.of(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private static final Logger LOG = LoggerFactory.getLogger(TableDesign.class);

  /** BigQuery has no longer constraints; rows can be told apart by more columns all the same. */
  private static final int MOST_KEY_COLUMNS = 16;

  private static final int MOST_CLUSTER_COLUMNS = 4;

  /** Types of a clustering column (docs: "Introduction to clustered tables"). */
  private static final Set<String> CLUSTERABLE =
      Set.of(
          "BIGNUMERIC",
          "BOOLEAN",
          "DATE",
          "DATETIME",
          "GEOGRAPHY",
          "INTEGER",
          "NUMERIC",
          "RANGE",
          "STRING",
          "TIMESTAMP");

  TableDesign {
    cluster = List.copyOf(cluster);
    primaryKey = List.copyOf(primaryKey);
    labels = Map.copyOf(labels);
  }

  /**
   * The resource of a new table.
   *
   * @param nowMs when it is made
   * @throws FaultException CONFIGURATION if BigQuery has no such table
   */
  Table resource(Target target, List<TableFieldSchema> columns, long nowMs) {
    Table table = new Table().setSchema(new TableSchema().setFields(columns));
    partitioning(target, columns)
        .ifPresent(
            found -> {
              found.into(table, partitionExpirationMs.filter(ms -> found.isTime()));
              table.setRequirePartitionFilter(filterRequired ? true : null);
            });
    List<String> clustering = clustering(target, columns);
    if (!clustering.isEmpty()) {
      table.setClustering(new Clustering().setFields(clustering));
    }
    List<String> key = known(primaryKey, columns);
    if (!key.isEmpty() && key.size() == primaryKey.size() && key.size() <= MOST_KEY_COLUMNS) {
      table.setTableConstraints(constraint(key));
    }
    if (!labels.isEmpty()) {
      table.setLabels(new TreeMap<>(labels));
    }
    table.setDescription(description.orElse(null));
    table.setExpirationTime(expirationMs.map(ms -> nowMs + ms).orElse(null));
    encrypt(table);
    return table;
  }

  void encrypt(Table table) {
    kmsKey.ifPresent(
        key -> table.setEncryptionConfiguration(new EncryptionConfiguration().setKmsKeyName(key)));
  }

  /** The constraint that these columns tell rows apart. */
  static TableConstraints constraint(List<String> key) {
    return new TableConstraints()
        .setPrimaryKey(new TableConstraints.PrimaryKey().setColumns(new ArrayList<>(key)));
  }

  /** The partitions of a table of these columns. */
  Optional<TablePartitioning> partitioning(Target target, List<TableFieldSchema> columns) {
    Optional<TablePartitioning> found = partitioning.flatMap(wanted -> wanted.over(columns));
    if (partitioning.isPresent() && found.isEmpty()) {
      LOG.warn(
          "Table {} is made without partitions, since it has no column for {}={}",
          target,
          BigQueryTableKeys.PARTITION,
          partitioning.get());
    }
    found
        .flatMap(wanted -> wanted.unfit(columns))
        .ifPresent(why -> refuse(target, BigQueryTableKeys.PARTITION, why));
    return found;
  }

  private List<String> clustering(Target target, List<TableFieldSchema> columns) {
    List<String> found = known(cluster, columns);
    for (String name : found) {
      TableFieldSchema column = TableFields.find(columns, name).orElseThrow();
      if (!isClusterable(column)) {
        refuse(
            target,
            BigQueryTableKeys.CLUSTER,
            "clustered by "
                + name
                + ", but the column is "
                + (TableFields.REPEATED.equals(column.getMode()) ? "repeated " : "")
                + TableFields.canonicalType(column.getType())
                + ", by which BigQuery does not cluster");
      }
    }
    return found;
  }

  private static boolean isClusterable(TableFieldSchema column) {
    return CLUSTERABLE.contains(TableFields.canonicalType(column.getType()))
        && !TableFields.REPEATED.equals(column.getMode());
  }

  /** The columns of these names that there are, as the table spells them. */
  private static List<String> known(List<String> names, List<TableFieldSchema> columns) {
    return names.stream()
        .flatMap(name -> TableFields.named(columns, name).stream())
        .map(TableFieldSchema::getName)
        .toList();
  }

  private static void refuse(Target target, String key, String why) {
    throw FaultException.configuration(
        "table " + target + " cannot be " + why + ". Change " + key, null);
  }

  /** The same for rows that these columns tell apart; clustered by them unless told otherwise. */
  TableDesign keyedBy(List<String> key, List<TableFieldSchema> columns) {
    List<String> clusterable =
        key.stream()
            .filter(
                name ->
                    TableFields.find(columns, name).filter(TableDesign::isClusterable).isPresent())
            .limit(MOST_CLUSTER_COLUMNS)
            .toList();
    return new TableDesign(
        partitioning,
        filterRequired,
        partitionExpirationMs,
        cluster.isEmpty() ? clusterable : cluster,
        key,
        labels,
        description,
        expirationMs,
        kmsKey,
        maxStalenessMs);
  }

  TableDesign labelled(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(labels);
    all.putAll(more);
    return new TableDesign(
        partitioning,
        filterRequired,
        partitionExpirationMs,
        cluster,
        primaryKey,
        all,
        description,
        expirationMs,
        kmsKey,
        maxStalenessMs);
  }
}
