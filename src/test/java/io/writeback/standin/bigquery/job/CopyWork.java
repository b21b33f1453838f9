package io.writeback.standin.bigquery.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.Identifiers;
import io.writeback.standin.bigquery.catalog.StoreSession;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableId;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Copies tables. Rows in the streaming buffer are left behind (documentation page "Managing
 * tables", "Copy a table").
 */
final class CopyWork {
  private static final int MAX_SOURCES = 1200;

  private final Catalog catalog;

  CopyWork(Catalog catalog) {
    this.catalog = catalog;
  }

  void check(Job job) {
    TableId id = destination(job);
    catalog.dataset(id.datasetId());
    if (config(job).path("writeDisposition").asText().equals("WRITE_TRUNCATE_DATA")) {
      throw ApiException.invalid("WRITE_TRUNCATE_DATA is not supported for copy jobs");
    }
  }

  private static JsonNode config(Job job) {
    return job.configuration().get("copy");
  }

  private static TableId destination(Job job) {
    return Jobs.table(config(job).path("destinationTable"), job.key().project());
  }

  void run(Job job) {
    List<StoredTable> sources = sources(job);
    StoredTable first = sources.get(0);
    Destination.Wish wish =
        Destination.Wish.of(
            destination(job), config(job), "WRITE_EMPTY", Optional.of(first.schema()));
    wish.properties().setAll(partitioning(first));
    try (StoreSession session = catalog.session()) {
      Destination destination = Destination.open(catalog, session, wish, Optional.empty());
      boolean done = false;
      try {
        long rows = session.run(() -> copy(session, sources, destination.table()));
        destination.finish();
        done = true;
        job.statistics(
            statistics -> statistics.putObject("copy").put("copiedRows", Long.toString(rows)));
      } finally {
        if (!done) {
          destination.abandon();
        }
      }
    }
  }

  private static com.fasterxml.jackson.databind.node.ObjectNode partitioning(StoredTable source) {
    com.fasterxml.jackson.databind.node.ObjectNode properties = source.properties();
    properties.retain("timePartitioning", "rangePartitioning", "clustering");
    return properties;
  }

  private List<StoredTable> sources(Job job) {
    List<JsonNode> references = new ArrayList<>();
    if (config(job).has("sourceTable")) {
      references.add(config(job).get("sourceTable"));
    }
    config(job).path("sourceTables").forEach(references::add);
    if (references.isEmpty()) {
      throw ApiException.required("configuration.copy.sourceTables");
    }
    if (references.size() > MAX_SOURCES) {
      throw ApiException.invalid("A copy job takes at most " + MAX_SOURCES + " source tables");
    }
    return references.stream()
        .map(reference -> catalog.table(Jobs.table(reference, job.key().project())))
        .toList();
  }

  private long copy(StoreSession session, List<StoredTable> sources, StoredTable target)
      throws java.sql.SQLException {
    long rows = 0;
    for (StoredTable source : sources) {
      String columns =
          source.schema().names().stream()
              .map(Identifiers::quote)
              .collect(Collectors.joining(", "));
      long buffered = source.streaming().rows(catalog.now());
      try (Statement statement = session.connection().createStatement()) {
        rows +=
            statement.executeLargeUpdate(
                "INSERT INTO "
                    + target.physical()
                    + " ("
                    + columns
                    + ") SELECT "
                    + columns
                    + " FROM "
                    + source.physical()
                    + (buffered == 0
                        ? ""
                        : " LIMIT " + Math.max(0, catalog.rowCount(source) - buffered)));
      }
    }
    return rows;
  }
}
