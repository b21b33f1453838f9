package io.writeback.standin.bigquery.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.RowWriter;
import io.writeback.standin.bigquery.catalog.StoreSession;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableId;
import io.writeback.standin.bigquery.catalog.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Load jobs, by upload or from objects. All rows land or none. */
final class LoadWork {
  private final Catalog catalog;
  private final ObjectPort objects;
  private final int perDay;

  LoadWork(Catalog catalog, ObjectPort objects, int perDay) {
    this.catalog = catalog;
    this.objects = objects;
    this.perDay = perDay;
  }

  private static JsonNode config(Job job) {
    return job.configuration().get("load");
  }

  private static TableId destination(Job job) {
    return Jobs.table(config(job).path("destinationTable"), job.key().project());
  }

  /** What the service refuses when the job is inserted: the id stays free. */
  void check(Job job) {
    TableId id = destination(job);
    String location = catalog.dataset(id.datasetId()).location();
    if (!location.equalsIgnoreCase(job.key().location())) {
      throw ApiException.notFound(
          "Dataset " + id.datasetId() + " was not found in location " + job.key().location());
    }
    if (config(job).path("autodetect").asBoolean() && !config(job).has("schema")) {
      Formats format = Formats.of(config(job));
      if (catalog.find(id).isEmpty() && !format.selfDescribing()) {
        throw ApiException.invalid("Schema detection is not supported by this stand-in");
      }
    }
  }

  void run(Job job, Path upload) throws InterruptedException {
    TableId id = destination(job);
    Optional<StoredTable> before = catalog.find(id);
    if (before.isPresent()) {
      before.get().rates().loadJob(id, perDay, catalog.now());
    }
    List<Path> files = files(job, upload);
    Formats format = Formats.of(config(job));
    Optional<TableSchema> written =
        config(job).path("schema").path("fields").size() > 0
            ? Optional.of(TableSchema.parse(config(job).get("schema")))
            : Optional.empty();
    try (StoreSession session = catalog.session()) {
      Optional<TableSchema> found = format.schema(session, config(job), files);
      Destination destination =
          Destination.open(
              catalog,
              session,
              Destination.Wish.of(id, config(job), "WRITE_APPEND", written),
              found);
      boolean done = false;
      try {
        load(job, session, destination, format, files, written);
        destination.finish();
        done = true;
      } finally {
        if (!done) {
          destination.abandon();
        }
        files.stream().filter(file -> !file.equals(upload)).forEach(Uploads::delete);
      }
    }
  }

  private List<Path> files(Job job, Path upload) {
    List<Path> files = new ArrayList<>();
    if (upload != null) {
      files.add(upload);
    } else {
      JsonNode uris = config(job).path("sourceUris");
      if (uris.isEmpty()) {
        throw ApiException.required("configuration.load.sourceUris");
      }
      uris.forEach(uri -> files.addAll(objects.find(uri.asText(), job.key().location())));
    }
    return files;
  }

  private void load(
      Job job,
      StoreSession session,
      Destination destination,
      Formats format,
      List<Path> files,
      Optional<TableSchema> written) {
    StoredTable table = destination.table();
    BadRows bad = new BadRows(job, config(job).path("maxBadRecords").asLong());
    TableSchema order = written.orElse(table.schema());
    long rows =
        session.run(
            () -> {
              long before = 0;
              if (format == Formats.PARQUET) {
                return ParquetRows.load(session, table, files);
              }
              try (RowWriter writer = new RowWriter(session, table, partition(job))) {
                for (Path file : files) {
                  format.read(config(job), file, table.schema(), order, writer, bad);
                }
                before = writer.rows();
              } catch (IOException e) {
                throw ApiException.invalid("Error while reading data: " + e.getMessage());
              }
              bad.check();
              return before;
            });
    statistics(job, files, rows, bad.count());
  }

  /** Time of the partition that rows go to, if the table is partitioned by ingestion time. */
  private Instant partition(Job job) {
    String name = config(job).path("destinationTable").path("tableId").asText();
    int decorator = name.indexOf('$');
    if (decorator >= 0 && name.length() - decorator == 9) {
      String day = name.substring(decorator + 1);
      return Instant.parse(
          day.substring(0, 4) + "-" + day.substring(4, 6) + "-" + day.substring(6) + "T00:00:00Z");
    }
    return Instant.ofEpochMilli(catalog.now()).truncatedTo(ChronoUnit.DAYS);
  }

  private static void statistics(Job job, List<Path> files, long rows, long bad) {
    long bytes = 0;
    for (Path file : files) {
      try {
        bytes += Files.size(file);
      } catch (IOException e) {
        throw ApiException.invalid("Error while reading data: " + e.getMessage());
      }
    }
    long read = bytes;
    job.statistics(
        statistics -> {
          ObjectNode load = statistics.putObject("load");
          load.put("inputFiles", Integer.toString(files.size()));
          load.put("inputFileBytes", Long.toString(read));
          load.put("outputRows", Long.toString(rows));
          load.put("outputBytes", Long.toString(read));
          load.put("badRecords", Long.toString(bad));
        });
  }

  /** Rows that cannot be read, as far as the job allows them. */
  static final class BadRows {
    private final Job job;
    private final long most;
    private long count;
    private String first;

    BadRows(Job job, long most) {
      this.job = job;
      this.most = most;
    }

    long count() {
      return count;
    }

    /** One more; the service stops a while after the limit, here at once. */
    void add(String message) {
      count++;
      first = first == null ? message : first;
      job.rowError(ApiException.invalid("Error while reading data, error message: " + message));
      if (count > most) {
        check();
      }
    }

    void check() {
      if (count > most) {
        throw ApiException.invalid(
            "Error while reading data, error message: "
                + first
                + "; table encountered too many errors, giving up. Rows: "
                + count
                + "; errors: "
                + count
                + ". Please look into the errors[] collection for more details.");
      }
    }
  }

  /** Appends one row whose values may not fit. */
  static void append(RowWriter writer, List<?> row, BadRows bad, String where) throws SQLException {
    try {
      writer.append(row);
    } catch (ApiException e) {
      // The writer has begun the row in DuckDB, so nothing of this job can be kept.
      throw ApiException.invalid(
          "Error while reading data, error message: " + where + e.getMessage());
    }
  }
}
