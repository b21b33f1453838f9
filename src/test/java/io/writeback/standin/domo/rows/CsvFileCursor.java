package io.writeback.standin.domo.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One pass over a CSV file, its header included. Every defect names file and line. */
final class CsvFileCursor implements RowCursor {
  private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final Path file;
  private final int width;
  private final Line line = new Line();
  private final InputStream in;
  private final CloseableIterator<String[]> lines;

  /**
   * Opens the file.
   *
   * @param width fields that each line must have; 0 if that is not known yet
   */
  CsvFileCursor(Path file, int width) {
    this.file = file;
    this.width = width;
    try {
      in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
      skipBom(in);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
    }
    InputStreamReader reader =
        new InputStreamReader(
            in,
            UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    lines =
        CsvReader.builder()
            .skipEmptyLines(false)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false)
            .build(line, reader)
            .iterator();
  }

  private static void skipBom(InputStream in) throws IOException {
    in.mark(BOM.length);
    byte[] start = in.readNBytes(BOM.length);
    if (!java.util.Arrays.equals(start, BOM)) {
      in.reset();
    }
  }

  @Override
  public String[] next() {
    try {
      String[] cells = lines.hasNext() ? lines.next() : null;
      while (cells != null && line.empty && width > 1) {
        cells = lines.hasNext() ? lines.next() : null;
      }
      if (cells != null && line.empty && width == 0) {
        throw wrong("the header line is empty");
      }
      if (cells != null && width > 0 && cells.length != width) {
        throw wrong("has " + cells.length + " fields, the header has " + width);
      }
      return cells;
    } catch (CsvParseException | UncheckedIOException e) {
      throw unreadable(e);
    }
  }

  private IllegalArgumentException unreadable(RuntimeException e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof IllegalArgumentException ours) {
      return ours;
    }
    if (cause instanceof CharacterCodingException) {
      // The reader is a buffer ahead of the line that was handed out last.
      return new IllegalArgumentException(
          file + " after line " + line.number + ": not UTF-8 text", e);
    }
    return new IllegalArgumentException(
        file + " near line " + line.number + ": " + cause.getMessage(), e);
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(file + " line " + line.number + ": " + what);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Builds cells, keeping null and "" apart: only a quoted field can be empty. */
  private final class Line extends AbstractBaseCsvCallbackHandler<String[]> {
    private final List<String> cells = new ArrayList<>();
    private long number = 1;
    private boolean empty;

    @Override
    protected void handleBegin(long startingLineNumber) {
      cells.clear();
      number = startingLineNumber;
      empty = false;
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
      for (int i = offset; i < offset + length; i++) {
        if (buffer[i] == 0) {
          throw wrong("holds a NUL character, so it is not a text file");
        }
      }
      cells.add(length == 0 && !quoted ? null : new String(buffer, offset, length));
    }

    @Override
    protected void handleEmpty() {
      cells.clear();
      cells.add(null);
      empty = true;
    }

    @Override
    protected String[] buildRecord() {
      return cells.toArray(String[]::new);
    }
  }
}
