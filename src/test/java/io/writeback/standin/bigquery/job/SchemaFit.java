package io.writeback.standin.bigquery.job;

import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.TableId;
import io.writeback.standin.bigquery.catalog.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How the schema of a job fits that of the table which it appends to. */
record SchemaFit(TableSchema table, TableSchema job) {
  static SchemaFit of(TableId id, TableSchema table, TableSchema job) {
    for (Field now : job.fields()) {
      Optional<Field> old = table.field(now.name());
      if (old.isPresent()) {
        same(id, old.get(), now, now.name());
      }
    }
    return new SchemaFit(table, job);
  }

  private static void same(TableId id, Field old, Field now, String path) {
    boolean mode = old.repeated() == now.repeated();
    if (old.type() != now.type() || !mode) {
      throw ApiException.invalid(
          "Provided Schema does not match Table "
              + id
              + ". Field "
              + path
              + " has changed "
              + (mode
                  ? "type from " + old.type().restName() + " to " + now.type().restName()
                  : "mode from " + old.mode() + " to " + now.mode()));
    }
    for (Field child : now.fields()) {
      old.fields().stream()
          .filter(f -> f.name().equalsIgnoreCase(child.name()))
          .findFirst()
          .ifPresent(f -> same(id, f, child, path + "." + child.name()));
    }
  }

  boolean adds() {
    return job.fields().stream().anyMatch(f -> table.field(f.name()).isEmpty());
  }

  String firstAdded() {
    return job.fields().stream()
        .filter(f -> table.field(f.name()).isEmpty())
        .findFirst()
        .map(Field::name)
        .orElse("");
  }

  /** Whether a REQUIRED column of the table is NULLABLE or missing in the job. */
  boolean relaxes() {
    return table.fields().stream()
        .anyMatch(f -> f.required() && !job.field(f.name()).map(Field::required).orElse(false));
  }

  TableSchema merged(boolean relax) {
    List<Field> fields = new ArrayList<>();
    for (Field old : table.fields()) {
      boolean loosen = relax && !job.field(old.name()).map(Field::required).orElse(false);
      fields.add(loosen && old.required() ? old.withMode(Field.Mode.NULLABLE) : old);
    }
    job.fields().stream().filter(f -> table.field(f.name()).isEmpty()).forEach(fields::add);
    return new TableSchema(fields);
  }
}
