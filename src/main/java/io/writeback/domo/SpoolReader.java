package io.writeback.domo;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.IOException;
import java.io.InputStream;
import org.apache.kafka.connect.data.Struct;

/** Reads the selected rows of an export in their order. */
final class SpoolReader implements SnapshotRows {
  private final RowDecoder decoder;
  private final CsvReader<CsvHandler> csv;
  private final CloseableIterator<CsvHandler> rows;
  private final long skip;

  /**
   * Begins.
   *
   * @param text the CSV, with a header line
   * @param skip number of selected rows to leave out at the start
   */
  SpoolReader(InputStream text, RecordShape shape, CellForms forms, long skip) {
    this.decoder = new RowDecoder(shape.selection(), shape, forms, skip);
    this.csv = CsvHandler.reader(decoder, text);
    this.rows = csv.iterator();
    this.skip = skip;
    if (rows.hasNext()) {
      rows.next(); // the header line
    }
  }

  @Override
  public Next next() {
    while (rows.hasNext()) {
      rows.next();
      if (decoder.wanted() && decoder.ordinal() > skip) {
        return Next.ROW;
      }
    }
    return Next.END;
  }

  @Override
  public long ordinal() {
    return decoder.ordinal();
  }

  @Override
  public Struct struct() {
    return decoder.struct();
  }

  @Override
  public int bytes() {
    return decoder.bytes();
  }

  @Override
  public void close() throws IOException {
    rows.close();
    csv.close();
  }
}
