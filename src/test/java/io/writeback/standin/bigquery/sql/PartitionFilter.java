package io.writeback.standin.bigquery.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.StoredTable;
import java.util.Collection;
import java.util.List;

/**
 * Tables that want each reader to say which partitions it reads (documentation page "Query
 * partitioned tables", "Require a partition filter"). Whether the column is compared in a way that
 * leaves partitions out is not looked at, only whether a condition names it.
 */
final class PartitionFilter {
  private PartitionFilter() {}

  static void check(Collection<StoredTable> read, List<Token> tokens) {
    for (StoredTable table : read) {
      JsonNode properties = table.properties();
      if (!properties.path("requirePartitionFilter").asBoolean()) {
        continue;
      }
      String column =
          properties
              .path("timePartitioning")
              .path("field")
              .asText(properties.path("rangePartitioning").path("field").asText(""));
      if (!isFiltered(column, tokens)) {
        throw ApiException.invalidQuery(
            "Cannot query over table '"
                + table.id()
                + "' without a filter over column(s) '"
                + (column.isEmpty()
                    ? "_PARTITION_LOAD_TIME', '_PARTITIONDATE', '_PARTITIONTIME"
                    : column)
                + "' that can be used for partition elimination");
      }
    }
  }

  private static boolean isFiltered(String column, List<Token> tokens) {
    boolean condition = false;
    for (Token token : tokens) {
      condition |= token.isAny("WHERE", "ON");
      boolean named =
          column.isEmpty()
              ? PseudoColumns.mentions(token.text())
              : token.text().equalsIgnoreCase(column)
                  || token.text().toLowerCase(java.util.Locale.ROOT).endsWith("." + column);
      if (condition && token.isName() && named) {
        return true;
      }
    }
    return false;
  }
}
