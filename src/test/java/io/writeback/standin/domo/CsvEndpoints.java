package io.writeback.standin.domo;

import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;
import java.io.IOException;
import java.util.Map;

/** Answers that are CSV: the public export and the data of one version. */
final class CsvEndpoints {
  private final Service service;

  CsvEndpoints(Service service) {
    this.service = service;
  }

  /**
   * {@code GET /v1/datasets/{id}/data} (developer portal, DataSet API): no header unless asked for.
   * A client that does not take CSV gets a 406 page (domo-java-sdk#10, #11).
   */
  void export(Exchange exchange) throws IOException {
    DomoDataSet dataSet = service.dataSets().get(exchange.request().id());
    if (!exchange.accepts("text/csv")) {
      exchange.answer(
          406,
          Map.of("Content-Type", "text/html;charset=utf-8"),
          DomoError.page(406, "Not Acceptable"));
      return;
    }
    String fileName = exchange.parameter("fileName", "");
    csv(
        exchange,
        dataSet,
        VisibleRows.of(dataSet, dataSet.indexed()),
        Long.MAX_VALUE,
        exchange.flag("includeHeader", false),
        fileName.isEmpty()
            ? Map.of()
            : Map.of("Content-Disposition", "attachment; filename=" + fileName));
  }

  /**
   * {@code GET /api/data/v2/datasources/{id}/dataversions/{n|latest}} (brycewc/domo-scripts,
   * DomoR): the content as of a version, or what the version itself brought.
   */
  void version(Exchange exchange) throws IOException {
    DomoDataSet dataSet = service.dataSets().get(exchange.request().id());
    String which = Route.VERSION_DATA.sub(exchange.request().path()).orElseThrow();
    DataVersion version =
        which.equals("latest")
            ? dataSet.indexed()
            : dataSet.versions().stream()
                .filter(v -> Integer.toString(v.dataId()).equals(which))
                .findFirst()
                .orElseThrow(() -> DomoError.notFound("data version " + which));
    csv(
        exchange,
        dataSet,
        exchange.flag("excludeAppendedData", false) ? version.rows() : dataSet.contentAt(version),
        exchange.number("rowLimit", Long.MAX_VALUE),
        exchange.flag("includeHeader", false),
        Map.of());
  }

  /** Streams rows as CSV in the dialect of their DataSet. */
  void csv(
      Exchange exchange,
      DomoDataSet dataSet,
      RowSource rows,
      long limit,
      boolean header,
      Map<String, String> headers)
      throws IOException {
    CsvDialect dialect = dataSet.dialect();
    boolean guard =
        dialect.formulaGuard().applies(exchange.parameter("disableFormulaInterpretation", ""));
    exchange.stream(
        "text/csv",
        headers,
        dialect,
        (out, measuring) -> {
          CsvText csv = new CsvText(out, dialect, rows.columns(), guard);
          csv.bom();
          if (header) {
            csv.header(rows.columns());
          }
          try (RowCursor cursor = service.open(rows, dataSet, exchange, measuring)) {
            String[] row = cursor.next();
            for (long i = 0; row != null && i < limit; i++, row = cursor.next()) {
              csv.row(row);
            }
          }
          csv.flush();
        });
  }
}
