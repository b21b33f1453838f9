package io.writeback.standin.domo;

import io.writeback.standin.domo.rows.JoinedRows;
import io.writeback.standin.domo.rows.NextVersion;
import io.writeback.standin.domo.rows.RowSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A DataSet with its ordered versions and switches. Metadata shows a version from its recording on,
 * exports and queries from its indexing on. Safe for use by many threads.
 */
public final class DomoDataSet {
  private final String id;
  private final long streamId;
  private final List<String> keyColumns;
  private final VirtualClock clock;
  private final Instant createdAt;
  private final List<DataVersion> versions = new ArrayList<>();
  private final Set<Integer> purged = new TreeSet<>();
  private String name;
  private String description;
  private Instant metadataEditedAt;
  private boolean deleted;
  private Duration lag = Duration.ZERO;
  private CsvDialect dialect = CsvDialect.documented();
  private SchemaShown schemaShown = SchemaShown.PRESENT;
  private boolean queryNullsAsEmpty = true;
  private boolean streamBacked = true;
  private PdpPolicy policy;

  DomoDataSet(DataSetSpec spec, long streamId, VirtualClock clock) {
    this.id = spec.id();
    this.name = spec.name();
    this.description = spec.description();
    this.keyColumns = spec.keyColumns();
    this.streamId = streamId;
    this.clock = clock;
    this.createdAt = clock.now();
    this.metadataEditedAt = createdAt;
    versions.add(new DataVersion(1, 1, Action.REPLACE, spec.rows(), createdAt, createdAt));
  }

  public String id() {
    return id;
  }

  public synchronized String name() {
    return name;
  }

  synchronized String description() {
    return description;
  }

  long streamId() {
    return streamId;
  }

  List<String> keyColumns() {
    return keyColumns;
  }

  Instant createdAt() {
    return createdAt;
  }

  /**
   * Uploads a version: metadata shows it now, exports and queries after the lag.
   *
   * @throws IllegalArgumentException if appended rows have other columns
   */
  public synchronized DataVersion publish(RowSource rows, Action action) {
    DataVersion last = versions.get(versions.size() - 1);
    Instant now = clock.now();
    boolean sameSchema = last.rows().columns().equals(rows.columns());
    if (action == Action.APPEND && !sameSchema) {
      throw new IllegalArgumentException("appended rows need the columns " + last.rows().columns());
    }
    DataVersion version =
        new DataVersion(
            last.dataId() + 1,
            sameSchema ? last.schemaId() : last.schemaId() + 1,
            action,
            rows,
            now,
            now.plus(lag));
    versions.add(version);
    return version;
  }

  /**
   * Replaces the content by a later version of the first one: some rows changed, some gone, some
   * new.
   */
  public synchronized DataVersion publishNext() {
    int number = recorded().dataId() + 1;
    return publish(NextVersion.of(versions.get(0).rows(), number, keyColumns), Action.REPLACE);
  }

  /** Deletes the DataSet. The API still answers for its id, with {@code deleted} set. */
  public synchronized void delete() {
    deleted = true;
  }

  /** Takes it out of the bin. */
  public synchronized void restore() {
    deleted = false;
  }

  synchronized boolean isDeleted() {
    return deleted;
  }

  /** Renames it, which moves {@code updatedAt} without any new data. */
  public synchronized void rename(String newName) {
    name = newName;
    metadataEditedAt = clock.now();
  }

  /** Edits metadata only, which moves {@code updatedAt} without any new data. */
  public synchronized void describe(String newDescription) {
    description = newDescription;
    metadataEditedAt = clock.now();
  }

  /** How long queries and exports of versions published from now on stay behind metadata. */
  public synchronized void lag(Duration value) {
    lag = value;
  }

  public synchronized void dialect(CsvDialect value) {
    dialect = value;
  }

  public synchronized CsvDialect dialect() {
    return dialect;
  }

  public synchronized void schemaShown(SchemaShown value) {
    schemaShown = value;
  }

  synchronized SchemaShown schemaShown() {
    return schemaShown;
  }

  /** Whether query rows show null as "" (seen by tap-domo) or as JSON null. */
  public synchronized void queryNullsAsEmpty(boolean value) {
    queryNullsAsEmpty = value;
  }

  synchronized boolean queryNullsAsEmpty() {
    return queryNullsAsEmpty;
  }

  /** Whether a stream feeds it; without one there are no executions to read. */
  public synchronized void streamBacked(boolean value) {
    streamBacked = value;
  }

  synchronized boolean streamBacked() {
    return streamBacked;
  }

  /** Turns row-level security on, or off with null. */
  public synchronized void policy(PdpPolicy value) {
    policy = value;
  }

  synchronized Optional<PdpPolicy> policy() {
    return Optional.ofNullable(policy);
  }

  /** Drops a version from history; the DataSet's content stays. */
  public synchronized void purge(int dataId) {
    purged.add(dataId);
  }

  /** Versions in history, as metadata shows them. */
  public synchronized List<DataVersion> versions() {
    return versions.stream().filter(v -> !purged.contains(v.dataId())).toList();
  }

  /** Every version ever published. */
  synchronized List<DataVersion> executions() {
    return List.copyOf(versions);
  }

  /** The newest version that metadata shows. */
  public synchronized DataVersion recorded() {
    return versions.get(versions.size() - 1);
  }

  /** The newest version that exports and queries show. */
  public synchronized DataVersion indexed() {
    Instant now = clock.now();
    DataVersion newest = versions.get(0);
    for (DataVersion version : versions) {
      if (!version.indexedAt().isAfter(now)) {
        newest = version;
      }
    }
    return newest;
  }

  /** The whole content at a version: its last REPLACE and the APPENDs since. */
  public synchronized RowSource contentAt(DataVersion version) {
    List<RowSource> parts = new ArrayList<>();
    for (DataVersion v : versions) {
      if (v.dataId() <= version.dataId()) {
        if (v.action() == Action.REPLACE) {
          parts.clear();
        }
        parts.add(v.rows());
      }
    }
    return JoinedRows.of(parts);
  }

  /** When metadata last moved, by data or by an edit. */
  synchronized Instant updatedAt() {
    Instant data = recorded().recordedAt();
    return data.isAfter(metadataEditedAt) ? data : metadataEditedAt;
  }
}
