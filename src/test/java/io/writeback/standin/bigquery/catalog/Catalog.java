package io.writeback.standin.bigquery.catalog;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Datasets and tables. Rows are in DuckDB, everything else here. Safe for use by many threads. */
public final class Catalog {
  /** Dataset of the results of queries, hidden from listings. */
  static final String RESULTS = "_results_";

  private static final long RESULT_MILLIS = 24 * 60 * 60 * 1000L;

  /** They are in memory, and a small one takes as much as a few thousand rows. */
  private static final int RESULTS_KEPT = 300;

  private final DuckDatabase database;
  private final Clock clock;
  private final boolean rateLimits;
  private final TableLocks locks = new TableLocks();
  private final PhysicalTables physical;
  private final Map<DatasetId, StoredDataset> datasets = new ConcurrentHashMap<>();
  private final Queue<StoredTable> results = new ConcurrentLinkedQueue<>();

  public Catalog(DuckDatabase database, Clock clock, boolean rateLimits) {
    this.database = database;
    this.clock = clock;
    this.rateLimits = rateLimits;
    this.physical = new PhysicalTables(this, clock);
  }

  public long now() {
    return clock.millis();
  }

  public StoreSession session() {
    try {
      return new StoreSession(locks, database.connect());
    } catch (SQLException e) {
      throw StoreErrors.translate(e);
    }
  }

  public StoredDataset createDataset(DatasetId id, String location, ObjectNode properties) {
    NameRules.checkDataset(id.dataset());
    NameRules.checkLabels(properties.path("labels"));
    StoredDataset dataset = new StoredDataset(id, location, properties, now());
    if (datasets.putIfAbsent(id, dataset) != null) {
      throw ApiException.duplicate("Dataset " + id);
    }
    return dataset;
  }

  public Optional<StoredDataset> findDataset(DatasetId id) {
    return Optional.ofNullable(datasets.get(id));
  }

  public StoredDataset dataset(DatasetId id) {
    return findDataset(id).orElseThrow(() -> ApiException.notFound("Dataset " + id));
  }

  public List<StoredDataset> datasets(String project) {
    return datasets.values().stream()
        .filter(d -> d.id().project().equals(project) && !d.id().dataset().startsWith("_"))
        .sorted(Comparator.comparing(d -> d.id().dataset()))
        .toList();
  }

  public void dropDataset(DatasetId id, boolean contents) {
    StoredDataset dataset = dataset(id);
    List<StoredTable> tables = tables(id);
    if (!tables.isEmpty() && !contents) {
      throw new ApiException(400, "resourceInUse", "Dataset " + id + " is still in use");
    }
    tables.forEach(table -> drop(table.id()));
    datasets.remove(id, dataset);
  }

  /** A table or view that has not expired. */
  public Optional<StoredTable> find(TableId id) {
    StoredDataset dataset = datasets.get(id.datasetId());
    StoredTable table = dataset == null ? null : dataset.tables().get(id.table());
    if (table != null && table.expiration().map(at -> at <= now()).orElse(false)) {
      drop(id);
      return Optional.empty();
    }
    return Optional.ofNullable(table);
  }

  /**
   * A table or view.
   *
   * @throws ApiException 404 naming the dataset or the table, whichever is missing
   */
  public StoredTable table(TableId id) {
    return find(id)
        .orElseThrow(
            () -> {
              dataset(id.datasetId());
              return ApiException.notFound("Table " + id);
            });
  }

  public List<StoredTable> tables(DatasetId id) {
    return dataset(id).tables().values().stream()
        .map(table -> find(table.id()))
        .flatMap(Optional::stream)
        .sorted(Comparator.comparing(table -> table.id().table()))
        .toList();
  }

  /** Makes an empty table, or a view. */
  public StoredTable create(TableId id, ObjectNode properties, TableSchema schema) {
    StoredDataset dataset = dataset(id.datasetId());
    if (dataset.tables().containsKey(id.table()) && find(id).isPresent()) {
      throw ApiException.duplicate("Table " + id);
    }
    StoredTable table = prepare(id, properties, schema);
    if (table.viewQuery().isEmpty()) {
      physical.create(table);
    }
    if (dataset.tables().putIfAbsent(id.table(), table) != null) {
      physical.drop(table);
      throw ApiException.duplicate("Table " + id);
    }
    return table;
  }

  /**
   * A table that nobody can find before it is {@linkplain #publish published}: for rows that shall
   * appear all at once.
   */
  public StoredTable detached(TableId id, ObjectNode properties, TableSchema schema) {
    StoredTable table = prepare(id, properties, schema);
    physical.create(table);
    return table;
  }

  /** Shows a detached table, in the place of the one of this name if there is one. */
  public void publish(StoredTable table) {
    StoredTable before = dataset(table.id().datasetId()).tables().put(table.id().table(), table);
    if (before != null) {
      physical.drop(before);
    }
  }

  /** Forgets a detached table. */
  public void discard(StoredTable table) {
    physical.drop(table);
  }

  /** Makes a table, or puts it in the place of one, from a SELECT in DuckDB's dialect. */
  public StoredTable createAs(
      StoreSession session,
      TableId id,
      ObjectNode properties,
      Optional<TableSchema> declared,
      String select,
      boolean replace) {
    StoredDataset dataset = dataset(id.datasetId());
    if (!replace && find(id).isPresent()) {
      throw ApiException.duplicate("Table " + id);
    }
    TableSchema schema = declared.orElseGet(() -> physical.describe(session, select));
    StoredTable table = prepare(id, properties, schema);
    physical.createAs(session, table, select);
    StoredTable before =
        replace
            ? dataset.tables().put(id.table(), table)
            : dataset.tables().putIfAbsent(id.table(), table);
    if (before != null) {
      physical.drop(replace ? before : table);
      if (!replace) {
        throw ApiException.duplicate("Table " + id);
      }
    }
    return table;
  }

  /** A table for the result of a query, kept for a day, or until there are many newer ones. */
  public StoredTable createResult(
      StoreSession session, String project, String location, String select) {
    DatasetId id = hidden(project, location);
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("expirationTime", Long.toString(now() + RESULT_MILLIS));
    TableId table = id.table("anon" + database.freshName());
    StoredTable result = createAs(session, table, properties, Optional.empty(), select, false);
    results.add(result);
    if (results.size() > RESULTS_KEPT) {
      forget(results.poll());
    }
    return result;
  }

  private void forget(StoredTable result) {
    if (result != null
        && dataset(result.id().datasetId()).tables().remove(result.id().table(), result)) {
      physical.drop(result);
    }
  }

  /** The columns of a SELECT in DuckDB's dialect. */
  public TableSchema describe(StoreSession session, String select) {
    return physical.describe(session, select);
  }

  /** A SELECT without rows whose columns are those of the given one, readable by any session. */
  public String emptySelect(StoreSession session, String select) {
    return describe(session, select).fields().stream()
        .map(f -> "CAST(NULL AS " + f.duckType() + ") AS " + Identifiers.quote(f.name()))
        .collect(java.util.stream.Collectors.joining(", ", "SELECT ", " WHERE false"));
  }

  /** Checks a statement in DuckDB's dialect. */
  public void explain(StoreSession session, String sql) {
    session.run(
        () -> {
          session.execute("EXPLAIN " + sql);
          return null;
        });
  }

  /** Makes the hidden dataset of a project's results if it is not there. */
  public DatasetId hiddenDataset(String project, String location) {
    return hidden(project, location);
  }

  private DatasetId hidden(String project, String location) {
    DatasetId id = new DatasetId(project, RESULTS + location.replaceAll("\\W", "_"));
    datasets.computeIfAbsent(
        id, key -> new StoredDataset(key, location, JsonNodeFactory.instance.objectNode(), now()));
    return id;
  }

  public void drop(TableId id) {
    StoredDataset dataset = dataset(id.datasetId());
    StoredTable table = dataset.tables().remove(id.table());
    if (table == null) {
      throw ApiException.notFound("Table " + id);
    }
    physical.drop(table);
  }

  /**
   * Changes metadata and schema.
   *
   * @param late whether streaming writers do not see new columns yet
   */
  public void update(StoredTable table, ObjectNode properties, TableSchema schema, boolean late) {
    checked(table.id(), properties, schema);
    if (table.viewQuery().isPresent()) {
      table.replace(properties, schema, late, now());
      return;
    }
    try (StoreSession session = session()) {
      session.alter(table);
      SchemaChange change = SchemaChange.between(table.id(), table.schema(), schema);
      physical.alter(session, table, change.ddl());
      table.replace(properties, change.result(), late, now());
    }
  }

  /** Moves streamed rows to their final storage. */
  public void settle(StoredTable table) {
    physical.settle(table);
    table.streaming().drain();
  }

  /** Counts an update of metadata against the rate that a table takes. */
  public void metadataUpdate(StoredTable table) {
    if (rateLimits) {
      table.rates().metadataUpdate(table.id(), now());
    }
  }

  /** Changes that only SQL may make: drop, rename, widen a column. */
  public void alter(StoredTable table, List<String> ddl, TableSchema schema) {
    try (StoreSession session = session()) {
      session.alter(table);
      physical.alter(session, table, ddl);
      table.replace(table.properties(), schema, false, now());
    }
  }

  public long rowCount(StoredTable table) {
    return table.viewQuery().isPresent() ? 0 : physical.rowCount(table);
  }

  /** Logical bytes: rows by the documented sizes of their types, 16 for a text. */
  public long bytes(StoredTable table, List<String> columns) {
    long width = 0;
    List<Field> read = new ArrayList<>(table.schema().fields());
    if (!columns.isEmpty()) {
      read.removeIf(f -> columns.stream().noneMatch(c -> c.equalsIgnoreCase(f.name())));
    }
    for (Field field : read) {
      width += width(field);
    }
    return width * rowCount(table);
  }

  private static long width(Field field) {
    return switch (field.type()) {
      case INT64, FLOAT64, DATE, TIME, DATETIME, TIMESTAMP -> 8;
      case NUMERIC, INTERVAL -> 16;
      case BIGNUMERIC -> 32;
      case BOOL -> 1;
      case STRUCT -> field.fields().stream().mapToLong(Catalog::width).sum();
      default -> 16;
    };
  }

  private StoredTable prepare(TableId id, ObjectNode properties, TableSchema schema) {
    NameRules.checkTable(id.table());
    checked(id, properties, schema);
    StoredDataset dataset = dataset(id.datasetId());
    String expires = dataset.properties().path("defaultTableExpirationMs").asText("");
    if (!expires.isEmpty() && !properties.has("expirationTime")) {
      properties.put("expirationTime", Long.toString(now() + Long.parseLong(expires)));
    }
    return new StoredTable(id, database.freshName(), dataset.location(), properties, schema, now());
  }

  private void checked(TableId id, ObjectNode properties, TableSchema schema) {
    TableRules.check(id, properties, schema, now());
  }
}
