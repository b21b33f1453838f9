package io.writeback.domo;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.IOException;
import org.apache.kafka.connect.data.Struct;

/** Reads the selected rows of a spool in their order. */
final class SpoolReader implements AutoCloseable {
  private final RowDecoder decoder;
  private final CsvReader<CsvHandler> csv;
  private final CloseableIterator<CsvHandler> rows;
  private final long skip;

  /**
   * Opens.
   *
   * @param skip number of selected rows to leave out at the start
   */
  SpoolReader(
      Spool spool, RowSelection selection, RecordShape shape, CellForms forms, long skip)
      throws IOException {
    this.decoder = new RowDecoder(selection, shape, forms, skip);
    this.csv = CsvHandler.reader(decoder, spool.open());
    this.rows = csv.iterator();
    this.skip = skip;
    if (rows.hasNext()) {
      rows.next(); // the header line
    }
  }

  /** Goes to the next row; false after the last. */
  boolean next() {
    while (rows.hasNext()) {
      rows.next();
      if (decoder.wanted() && decoder.ordinal() > skip) {
        return true;
      }
    }
    return false;
  }

  /** Ordinal of the current row among the selected ones, from 1. */
  long ordinal() {
    return decoder.ordinal();
  }

  Struct struct() {
    return decoder.struct();
  }

  int bytes() {
    return decoder.bytes();
  }

  @Override
  public void close() throws IOException {
    rows.close();
    csv.close();
  }
}
