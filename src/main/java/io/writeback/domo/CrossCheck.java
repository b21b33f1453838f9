package io.writeback.domo;

import io.writeback.domo.DomoException.Kind;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares an export with the query API, which is another way to the same cells: some rows must be
 * in both, and texts that look escaped must be the data. A query that Domo refuses is no answer;
 * the check is left out then.
 */
final class CrossCheck {
  private static final Logger LOG = LoggerFactory.getLogger(CrossCheck.class);

  /** Keeps the answer small for wide DataSets. */
  private static final int MOST_CELLS = 20_000;

  private final DomoApi api;
  private final int rows;

  /**
   * A check.
   *
   * @param rows to compare, 0 for none
   */
  CrossCheck(DomoApi api, int rows) {
    this.api = api;
    this.rows = rows;
  }

  /** What to look for in the export that follows. */
  CheckedCells begin(String dataset, List<DomoColumn> columns) {
    return new CheckedCells(sample(dataset, columns));
  }

  private RowSample sample(String dataset, List<DomoColumn> columns) {
    if (rows == 0) {
      return RowSample.none();
    }
    int most = Math.max(1, Math.min(rows, MOST_CELLS / Math.max(1, columns.size())));
    return ask(dataset, DomoSql.rows(most))
        .map(answer -> RowSample.of(answer, columns))
        .orElseGet(RowSample::none);
  }

  /** What speaks against the export; nothing if nothing does. */
  Optional<String> objection(String dataset, List<DomoColumn> columns, CheckedCells cells) {
    RowSample sample = cells.sample();
    if (sample.missing() > 0) {
      return Optional.of(
          String.format(
              "%d of %d rows that the query API shows are not in the export as they stand there;"
                  + " if that stays, one of the two changes cells (see domo.null.text), and"
                  + " domo.verify.sample.rows=0 takes the export as it is",
              sample.missing(), sample.size()));
    }
    if (rows == 0) {
      return Optional.empty();
    }
    for (EscapedCells.Cell cell : cells.escaped().cells()) {
      String column = columns.get(cell.column()).name();
      if (count(dataset, column, cell.text()) == 0 && count(dataset, column, cell.original()) > 0) {
        return Optional.of(
            String.format(
                "the export puts a quote before texts of column \"%s\" that begin like a formula"
                    + " (%d cells look so); domo.verify.sample.rows=0 takes them as they are",
                column, cells.escaped().count()));
      }
    }
    return Optional.empty();
  }

  /** Rows with that text, or -1 if Domo does not say. */
  private long count(String dataset, String column, String text) {
    if (!DomoSql.comparable(text)) {
      return -1;
    }
    return ask(dataset, DomoSql.countOf(column, text))
        .flatMap(DomoApi.QueryAnswer::first)
        .map(Long::parseLong)
        .orElse(-1L);
  }

  private Optional<DomoApi.QueryAnswer> ask(String dataset, String sql) {
    try {
      return Optional.of(api.query(dataset, sql));
    } catch (DomoException e) {
      if (e.kind() != Kind.REFUSED) {
        throw e;
      }
      LOG.info("DataSet {} cannot be compared with the query API: {}", dataset, e.getMessage());
      return Optional.empty();
    }
  }
}
