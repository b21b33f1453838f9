package io.writeback.domo;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvReader;
import io.writeback.real.BrokenException;
import java.io.IOException;
import java.util.List;

/** Counts null cells of a DataSet twice: as the source reads the export, and by query. */
final class NullCount {
  /** Enough to tell the token, and few queries. */
  private static final int MOST_COLUMNS = 12;

  private final DomoSite site;
  private final String id;

  NullCount(DomoSite site, String id) {
    this.site = site;
    this.id = id;
  }

  /** How many there are, if both say the same. */
  long compare() throws BrokenException, IOException {
    DatasetInfo info = site.api.dataset(id);
    String token = site.detector.versionOf(info).token();
    List<DomoColumn> columns = site.api.columns(info);
    Nulls nulls = new Nulls(columns, site.config.datasetSettings().forms().nulls());
    try (DomoApi.Export export = site.api.export(id);
        CsvReader<CsvHandler> reader = CsvHandler.reader(nulls, export.body());
        CloseableIterator<CsvHandler> rows = reader.iterator()) {
      while (rows.hasNext()) {
        rows.next();
      }
    }
    long[] queried = new long[Math.min(columns.size(), MOST_COLUMNS)];
    for (int i = 0; i < queried.length; i++) {
      String where = " WHERE " + DomoSql.name(columns.get(i).name()) + " IS NULL";
      queried[i] = SnapshotFetch.number(site.api.query(id, DomoSql.COUNT + where), "COUNT(*)");
    }
    if (!site.detector.versionOf(site.api.dataset(id)).token().equals(token)) {
      throw new IllegalStateException("the DataSet was replaced meanwhile; run it again");
    }
    long all = 0;
    for (int i = 0; i < queried.length; i++) {
      BrokenException.unless(
          nulls.counts[i] == queried[i],
          "column \"%s\" has %d null cells by the export and %d by IS NULL: see domo.null.text",
          columns.get(i).name(),
          nulls.counts[i],
          queried[i]);
      all += queried[i];
    }
    return all;
  }

  private static final class Nulls extends CsvHandler {
    private final List<DomoColumn> columns;
    private final NullCells nulls;
    private final long[] counts;

    Nulls(List<DomoColumn> columns, NullCells nulls) {
      super(columns.size());
      this.columns = columns;
      this.nulls = nulls;
      this.counts = new long[columns.size()];
    }

    @Override
    void cell(int index, char[] buf, int offset, int length, boolean quoted) {
      if (nulls.matches(columns.get(index).type(), buf, offset, length, quoted)) {
        counts[index]++;
      }
    }

    @Override
    void endRow() {
      // Cells are all that counts.
    }
  }
}
