package io.writeback.domo;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Receives a DataSet export from the CSV parser: a header line, then rows with one cell for each
 * column. An unquoted empty cell is null and a quoted one is the empty text (Domo, "Format data to
 * import"), which is why this sits on the parser's callback.
 */
abstract class CsvHandler extends AbstractBaseCsvCallbackHandler<CsvHandler> {
  private final int columns;
  private final List<String> header = new ArrayList<>();
  private boolean headerRead;
  private int cells;
  private long row;

  CsvHandler(int columns) {
    this.columns = columns;
  }

  /** One cell of the row; the buffer is the parser's own. */
  abstract void cell(int index, char[] buf, int offset, int length, boolean quoted);

  /** All cells of the row have been seen. */
  abstract void endRow();

  /** The column names of the header line, or none before it was read. */
  final List<String> header() {
    return header;
  }

  /** The number of rows seen. */
  final long row() {
    return row;
  }

  /** A strict reader; broken UTF-8, an open quote or text after a quote is an error. */
  static CsvReader<CsvHandler> reader(CsvHandler handler, InputStream in) {
    Reader text =
        new InputStreamReader(
            in,
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    return CsvReader.builder()
        .skipEmptyLines(false)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowUnclosedQuote(false)
        .build(handler, text);
  }

  @Override
  protected final void handleField(int index, char[] buf, int offset, int length, boolean quoted) {
    if (!headerRead) {
      header.add(new String(buf, offset, length));
    } else if (index < columns) {
      cell(index, buf, offset, length, quoted);
    }
    cells = index + 1;
  }

  @Override
  protected final void handleEmpty() {
    // An empty line is a row of one column that is null.
    if (headerRead && columns == 1) {
      cell(0, new char[0], 0, 0, false);
      cells = 1;
    }
  }

  @Override
  protected final CsvHandler buildRecord() {
    if (!headerRead) {
      headerRead = true;
    } else {
      row++;
      if (cells != columns) {
        throw new IllegalArgumentException(
            "row " + row + " has " + cells + " cells, expected " + columns);
      }
      endRow();
    }
    cells = 0;
    return this;
  }
}
