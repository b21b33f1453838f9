package io.writeback.standin.domo;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.sql.SqlException;
import io.writeback.standin.domo.sql.Statement;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The query API (developer portal, DataSet API, "query a DataSet"; Query-Data for the instance's
 * export of a query). Row-level policies apply; so does the lag of data behind metadata.
 */
final class QueryEndpoints {
  private final Service service;
  private final CsvEndpoints csv;

  /** Gives every request another order, the same ones in every run. */
  private final AtomicLong orders = new AtomicLong();

  QueryEndpoints(Service service, CsvEndpoints csv) {
    this.service = service;
    this.csv = csv;
  }

  void execute(Exchange exchange) throws IOException {
    DomoDataSet dataSet = service.dataSets().get(exchange.request().id());
    ResultRows result = result(exchange, dataSet);
    QueryAnswer answer =
        new QueryAnswer(
            dataSet.id(),
            Service.told(result.columns(), exchange),
            result.columns(),
            dataSet.queryNullsAsEmpty());
    exchange.stream(
        "application/json;charset=UTF-8",
        Map.of(),
        dataSet.dialect(),
        (out, measuring) -> {
          try (RowCursor rows = open(result, dataSet, exchange, measuring)) {
            answer.write(out, rows);
          }
        });
  }

  /** A fault harms the rows that an aggregate reads, else the rows that are returned. */
  private RowCursor open(
      ResultRows result, DomoDataSet dataSet, Exchange exchange, boolean measuring) {
    return result.statement().isAggregate()
        ? result.over(service.open(result.source(), dataSet, exchange, measuring))
        : service.open(result, dataSet, exchange, measuring);
  }

  /** The same as CSV. */
  void export(Exchange exchange) throws IOException {
    DomoDataSet dataSet = service.dataSets().get(exchange.request().id());
    csv.csv(
        exchange,
        dataSet,
        result(exchange, dataSet),
        Long.MAX_VALUE,
        exchange.flag("includeHeader", false),
        Map.of());
  }

  private ResultRows result(Exchange exchange, DomoDataSet dataSet) throws IOException {
    JsonNode sql = Json.parse(exchange.request().body()).path("sql");
    if (!sql.isTextual()) {
      throw new DomoError(400, "The request body needs a \"sql\" text");
    }
    RowSource source = VisibleRows.of(dataSet, dataSet.indexed());
    try {
      return new ResultRows(
          source,
          Statement.of(sql.textValue(), source.columns()),
          service.settings().queryRowCap(),
          service.settings().shuffle() ? orders.incrementAndGet() : null);
    } catch (SqlException e) {
      throw new DomoError(400, "Invalid SQL: " + e.getMessage());
    }
  }
}
