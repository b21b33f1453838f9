package io.writeback.standin.bigquery.sql;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import java.util.List;

/** PARTITION BY as timePartitioning or rangePartitioning of the REST resource. */
final class PartitionClause {
  private PartitionClause() {}

  static void read(List<Token> tokens, ObjectNode properties) {
    TokenCursor in = new TokenCursor("", tokens);
    String first = in.name();
    if (!in.sees("(")) {
      time(properties, "DAY", first);
      return;
    }
    List<List<Token>> arguments = Renderer.split(in.parenthesized());
    String column = arguments.get(0).get(0).text();
    switch (first.toUpperCase(java.util.Locale.ROOT)) {
      case "DATE" -> time(properties, "DAY", column);
      case "TIMESTAMP_TRUNC", "DATE_TRUNC", "DATETIME_TRUNC" ->
          time(properties, arguments.get(1).get(0).upper(), column);
      case "RANGE_BUCKET" -> {
        TokenCursor bounds = new TokenCursor("", arguments.get(1));
        bounds.expect("GENERATE_ARRAY");
        List<List<Token>> numbers = Renderer.split(bounds.parenthesized());
        ObjectNode range =
            properties.putObject("rangePartitioning").put("field", column).putObject("range");
        range.put("start", number(numbers.get(0)));
        range.put("end", number(numbers.get(1)));
        range.put("interval", numbers.size() > 2 ? number(numbers.get(2)) : "1");
      }
      default ->
          throw ApiException.invalidQuery(
              "PARTITION BY expression must be a column or one of the documented functions");
    }
  }

  private static String number(List<Token> tokens) {
    return StatementText.of(tokens).replace(" ", "");
  }

  private static void time(ObjectNode properties, String type, String column) {
    ObjectNode partitioning = properties.withObjectProperty("timePartitioning").put("type", type);
    if (!PseudoColumns.mentions(column)) {
      partitioning.put("field", column);
    }
  }
}
