package io.writeback.domo;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.IOException;
import org.apache.kafka.connect.data.Struct;

/** Reads the rows of a spool in their order. */
final class SpoolReader implements AutoCloseable {
  private final RowDecoder decoder;
  private final CsvReader<CsvHandler> csv;
  private final CloseableIterator<CsvHandler> rows;
  private final long skip;

  /**
   * Opens.
   *
   * @param skip number of rows to leave out at the start
   */
  SpoolReader(Spool spool, RecordShape shape, CellForms forms, long skip) throws IOException {
    this.decoder = new RowDecoder(shape, forms, skip);
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
      if (decoder.row() > skip) {
        return true;
      }
    }
    return false;
  }

  /** Ordinal of the current row, from 1. */
  long ordinal() {
    return decoder.row();
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
