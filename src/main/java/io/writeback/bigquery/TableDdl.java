package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The resource of a table as clauses of CREATE TABLE. Pure. */
final class TableDdl {
  private static final double DAY_MS = 86_400_000.0;

  private TableDdl() {}

  /** A table of what a query returns, made like the given one; made already, it stays. */
  static String createAs(String name, Table like, List<TableFieldSchema> columns, String query) {
    return "CREATE TABLE IF NOT EXISTS " + name + clauses(like, columns) + " AS " + query;
  }

  /** PARTITION BY, CLUSTER BY and OPTIONS, as far as there is something to say. */
  static String clauses(Table table, List<TableFieldSchema> columns) {
    StringBuilder text = new StringBuilder();
    TablePartitioning.of(table).ifPresent(p -> text.append(p.clause(columns)));
    if (table.getClustering() != null) {
      text.append(" CLUSTER BY ")
          .append(
              table.getClustering().getFields().stream()
                  .map(BigQuerySql::quote)
                  .collect(Collectors.joining(", ")));
    }
    List<String> options = options(table);
    if (!options.isEmpty()) {
      text.append(" OPTIONS (").append(String.join(", ", options)).append(')');
    }
    return text.toString();
  }

  private static List<String> options(Table table) {
    List<String> options = new ArrayList<>();
    if (table.getTimePartitioning() != null
        && table.getTimePartitioning().getExpirationMs() != null) {
      options.add(
          "partition_expiration_days = "
              + String.format(
                  Locale.ROOT, "%.8f", table.getTimePartitioning().getExpirationMs() / DAY_MS));
    }
    if (Boolean.TRUE.equals(table.getRequirePartitionFilter())) {
      options.add("require_partition_filter = TRUE");
    }
    if (table.getExpirationTime() != null) {
      options.add("expiration_timestamp = TIMESTAMP_MILLIS(" + table.getExpirationTime() + ")");
    }
    if (table.getEncryptionConfiguration() != null) {
      options.add("kms_key_name = " + text(table.getEncryptionConfiguration().getKmsKeyName()));
    }
    if (table.getDescription() != null) {
      options.add("description = " + text(table.getDescription()));
    }
    if (table.getLabels() != null) {
      options.add("labels = " + labels(table.getLabels()));
    }
    return options;
  }

  private static String labels(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(label -> "(" + text(label.getKey()) + ", " + text(label.getValue()) + ")")
            .collect(Collectors.joining(", ", "[", "]"));
  }

  /** A text as a literal: options take no parameters (docs: "Lexical structure", escapes). */
  static String text(String value) {
    StringBuilder literal = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> literal.append('\\').append(c);
        case '\n' -> literal.append("\\n");
        case '\r' -> literal.append("\\r");
        default -> literal.append(c);
      }
    }
    return literal.append('"').toString();
  }
}
