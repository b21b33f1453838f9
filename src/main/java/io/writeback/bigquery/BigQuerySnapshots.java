package io.writeback.bigquery;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.retry.FaultException;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotProgress;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.Target;
import io.writeback.snapshot.SnapshotManifest;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots in BigQuery. A promotion is one script with one transaction: the UPDATE of the control
 * row is the compare-and-set, so that a late promotion of an older snapshot changes nothing.
 */
final class BigQuerySnapshots implements SnapshotStore {
  private static final Logger LOG = LoggerFactory.getLogger(BigQuerySnapshots.class);

  private final String deliveryId;
  private final long generation;
  private final boolean replace;
  private final RecordFacts facts;
  private final BigQueryQueries queries;
  private final BigQuerySql sql;
  private final SinkTables books;
  private final Ledger ledger;
  private final ManifestRegistry registry;
  private final StagingTables staging;
  private final BigQueryTables tables;

  /** Present if each snapshot gets a table of its own. */
  private final Optional<SnapshotTables> created;

  /** The job that promotes a snapshot, until its outcome is known. */
  private final Map<String, String> promotions = new ConcurrentHashMap<>();

  private final Set<String> datasets = ConcurrentHashMap.newKeySet();

  BigQuerySnapshots(
      String deliveryId,
      long generation,
      boolean replace,
      RecordFacts facts,
      BigQueryQueries queries,
      BigQuerySql sql,
      SinkTables books,
      Ledger ledger,
      ManifestRegistry registry,
      StagingTables staging,
      BigQueryTables tables,
      Optional<SnapshotTables> created) {
    this.deliveryId = deliveryId;
    this.generation = generation;
    this.replace = replace;
    this.facts = facts;
    this.queries = queries;
    this.sql = sql;
    this.books = books;
    this.ledger = ledger;
    this.registry = registry;
    this.staging = staging;
    this.tables = tables;
    this.created = created;
  }

  @Override
  public List<Undecided> undecided() {
    books.ensure();
    return registry.undecided();
  }

  @Override
  public Staged staged(RegisteredManifest registered) {
    books.ensure();
    SnapshotManifest manifest = registered.manifest();
    Map<TopicPartition, Long> positions = ledger.positions(manifest.topic());
    Map<TopicPartition, SnapshotProgress> progress =
        ledger.progress(manifest.topic(), manifest.snapshot());
    Target table = StagingTables.of(registered.target(), manifest.snapshot());
    if (manifest.rows() == 0 || tables.columns(table).isEmpty()) {
      return new Staged(0, 0, positions, progress);
    }
    BigQueryQueries.Row counts =
        queries.rows(SqlStatement.of(sql.countStaged(table))).stream()
            .findFirst()
            .orElseThrow(() -> FaultException.retry("a count gave no row", null));
    long rows = counts.number("staged");
    return new Staged(rows, counts.number("seen") - rows, positions, progress);
  }

  @Override
  public Optional<Control> control(Target target) {
    Target control = SinkTables.control(target);
    if (tables.columns(control).isEmpty()) {
      return Optional.empty();
    }
    List<BigQueryQueries.Row> rows = queries.rows(SqlStatement.of(sql.readControl(control)));
    if (rows.size() != 1) {
      throw FaultException.fatal(
          "control table " + control + " is expected to hold one row, found " + rows.size(), null);
    }
    BigQueryQueries.Row row = rows.get(0);
    if (!row.has("owner")) {
      return Optional.empty();
    }
    // A new generation starts over: what an earlier one has promoted is no barrier to it.
    long promoted = row.number("generation") < generation ? -1 : row.number("promoted");
    return Optional.of(
        new Control(
            row.text("owner"),
            row.text("dataset"),
            row.text("producer"),
            promoted,
            row.text("snapshot"),
            row.text("version"),
            row.numberOrNull("version_time_ms"),
            row.has("row_count") ? row.number("row_count") : 0,
            row.text("content_hash")));
  }

  @Override
  public Promotion promote(RegisteredManifest registered, Staged expected) {
    String snapshot = registered.manifest().snapshot();
    Target target = registered.target();
    createControl(SinkTables.control(target));
    String job = promotions.computeIfAbsent(snapshot, s -> BigQueryQueries.newId());
    Job done = queries.run(job, script(registered, expected));
    promotions.remove(snapshot);
    Optional<ErrorProto> error = BigQueryJobs.error(done);
    if (error.isEmpty()) {
      makeTable(registered);
      LOG.info(
          "Promoted snapshot {} to {}: {} rows", snapshot, target, expected.distinctOrdinals());
      return Promotion.PROMOTED;
    }
    String message = error.get().getMessage() == null ? "" : error.get().getMessage();
    if (message.contains(BigQuerySql.ALREADY)) {
      refuseForeignOwner(target);
      makeTable(registered);
      return Promotion.ALREADY;
    }
    if (message.contains(BigQuerySql.INCOMPLETE)) {
      return Promotion.INCOMPLETE;
    }
    throw BigQueryFaults.of("promoting snapshot " + snapshot + " to " + target, error.get());
  }

  /** The control row is bound to a number; whoever finds that, makes the table if it is missing. */
  private void makeTable(RegisteredManifest registered) {
    SnapshotManifest manifest = registered.manifest();
    Target target = registered.target();
    if (created.isPresent()
        && control(target).filter(c -> c.snapshot().equals(manifest.snapshot())).isPresent()) {
      created
          .get()
          .make(
              target,
              counter(target),
              manifest.snapshot(),
              manifest.rows() == 0 ? null : StagingTables.of(target, manifest.snapshot()),
              columns(registered));
    }
  }

  /** Where the snapshot is that was promoted last. */
  Target tableOf(Target target) {
    return created.map(c -> c.named(target, counter(target))).orElse(target);
  }

  private long counter(Target target) {
    return queries
        .rows(SqlStatement.of(sql.readControl(SinkTables.control(target))))
        .get(0)
        .number("table_counter");
  }

  private void createControl(Target control) {
    Table like = new Table();
    tables.design(control).encrypt(like);
    Job done =
        queries.run(BigQueryQueries.newId(), SqlStatement.of(sql.createControl(control, like)));
    Optional<ErrorProto> error = BigQueryJobs.error(done);
    // Two may make it at once; for the second one it exists, in spite of IF NOT EXISTS.
    if (error.isPresent() && !"duplicate".equals(error.get().getReason())) {
      throw BigQueryFaults.of("making control table " + control, error.get());
    }
  }

  /** Columns first, outside of the transaction; then the script. */
  private SqlStatement script(RegisteredManifest registered, Staged expected) {
    SnapshotManifest manifest = registered.manifest();
    Target target = registered.target();
    Target staged = manifest.rows() == 0 ? null : StagingTables.of(target, manifest.snapshot());
    List<TableFieldSchema> columns = columns(registered);
    List<ShownColumn> shown = List.of();
    if (created.isEmpty()) {
      tables.forget(target);
      shown = ShownColumn.of(tables, target, columns);
    }
    String text =
        sql.promote(
            SinkTables.control(target),
            created.isPresent() ? null : target,
            staged,
            shown,
            replace);
    SqlStatement statement =
        SqlStatement.of(text)
            .with("delivery", deliveryId)
            .with("generation", generation)
            .with("dataset", manifest.dataset())
            .with("producer", manifest.producer())
            .with("promoted", registered.offset())
            .with("snapshot", manifest.snapshot())
            .with("version", manifest.version())
            .with("version_time_ms", ManifestRegistry.millis(manifest.versionTime()))
            .with("rows", manifest.rows())
            .with("content_hash", manifest.contentHash());
    if (created.isPresent()) {
      statement = statement.with("table_counter", created.get().free(target, counter(target)));
    }
    return staged == null
        ? statement
        : statement
            .with("staged", expected.distinctOrdinals())
            .with("seen", expected.distinctOrdinals() + expected.rejected());
  }

  private List<TableFieldSchema> columns(RegisteredManifest registered) {
    SnapshotManifest manifest = registered.manifest();
    if (manifest.rows() == 0) {
      return facts.columns(manifest, tables.naming());
    }
    Target staged = StagingTables.of(registered.target(), manifest.snapshot());
    return StagingTables.withoutMarkers(
        tables
            .columns(staged)
            .orElseThrow(
                () ->
                    FaultException.retry(
                        "staging " + staged + " of a complete snapshot is gone", null)));
  }

  private void refuseForeignOwner(Target target) {
    String owner = control(target).map(Control::owner).orElse(deliveryId);
    if (!owner.equals(deliveryId)) {
      throw FaultException.configuration(
          "table "
              + target
              + " belongs to delivery "
              + owner
              + ", and this is "
              + deliveryId
              + ": give one of them another table in table.map, or the same delivery.id",
          null);
    }
  }

  @Override
  public void decide(RegisteredManifest manifest, Decision decision) {
    registry.decide(manifest, decision);
    datasets.add(manifest.target().namespace());
  }

  @Override
  public void clean() {
    books.ensure();
    datasets.add(books.ledger().namespace());
    Set<String> waiting = new HashSet<>();
    for (Undecided undecided : registry.undecided()) {
      waiting.add(StagingTables.name(undecided.manifest().manifest().snapshot()));
      datasets.add(undecided.manifest().target().namespace());
    }
    Set<String> decided = registry.decidedStaging();
    for (String dataset : datasets) {
      int dropped = staging.drop(dataset, decided::contains);
      if (dropped > 0) {
        LOG.info("Dropped the staging of {} decided snapshots in {}", dropped, dataset);
      }
      staging.prolong(dataset, waiting);
    }
  }
}
