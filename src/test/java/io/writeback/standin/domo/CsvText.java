package io.writeback.standin.domo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.writeback.standin.domo.CsvDialect.LineEnd;
import io.writeback.standin.domo.CsvDialect.NullText;
import io.writeback.standin.domo.CsvDialect.Quoting;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Writes CSV in a {@link CsvDialect}. Encodes by hand into one buffer, because this text feeds
 * throughput runs. A row whose only cell is null is an empty line, as RFC 4180 has no other way.
 */
final class CsvText {
  private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final int BUFFER = 1 << 16;

  private final OutputStream out;
  private final CsvDialect dialect;
  private final boolean[] guarded;
  private final byte[] buffer = new byte[BUFFER];
  private int size;

  /**
   * @param guard whether text that begins like a formula is escaped; numbers never are, or an
   *     export could hold no negative number
   */
  CsvText(OutputStream out, CsvDialect dialect, List<Column> columns, boolean guard) {
    this.out = out;
    this.dialect = dialect;
    this.guarded = new boolean[columns.size()];
    for (int i = 0; i < guarded.length; i++) {
      guarded[i] = guard && columns.get(i).type() == DomoType.STRING;
    }
  }

  void bom() throws IOException {
    if (dialect.bom()) {
      bytes(BOM);
    }
  }

  void header(List<Column> columns) throws IOException {
    for (int i = 0; i < columns.size(); i++) {
      if (i > 0) {
        one(',');
      }
      field(columns.get(i).name(), dialect.quoting() == Quoting.ALL);
    }
    endLine();
  }

  void row(String[] cells) throws IOException {
    boolean all = dialect.quoting() != Quoting.MINIMAL;
    for (int i = 0; i < cells.length; i++) {
      if (i > 0) {
        one(',');
      }
      String cell = cells[i];
      if (cell == null) {
        if (dialect.nullText() == NullText.BACKSLASH_N) {
          one('\\');
          one('N');
        }
      } else if (guarded[i] && isFormula(cell)) {
        field("'" + cell, all);
      } else {
        field(cell, all);
      }
    }
    endLine();
  }

  void flush() throws IOException {
    out.write(buffer, 0, size);
    size = 0;
    out.flush();
  }

  private static boolean isFormula(String cell) {
    if (cell.isEmpty()) {
      return false;
    }
    char first = cell.charAt(0);
    return first == '=' || first == '+' || first == '-' || first == '@';
  }

  private void field(String text, boolean quoted) throws IOException {
    int length = text.length();
    // At most three bytes per char, and each quote may be doubled.
    if (length > (BUFFER - 2) / 3) {
      longField(text, quoted);
      return;
    }
    if (size + length * 3 + 2 > BUFFER) {
      drain();
    }
    if (quoted || needsQuotes(text)) {
      quotedField(text);
      return;
    }
    byte[] target = buffer;
    int at = size;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        bytes(text.getBytes(UTF_8));
        return;
      }
      target[at++] = (byte) c;
    }
    size = at;
  }

  private void quotedField(String text) throws IOException {
    byte[] target = buffer;
    int at = size;
    target[at++] = '"';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        longField(text, true);
        return;
      }
      if (c == '"') {
        target[at++] = '"';
      }
      target[at++] = (byte) c;
    }
    target[at++] = '"';
    size = at;
  }

  private void longField(String text, boolean quoted) throws IOException {
    if (quoted || needsQuotes(text)) {
      one('"');
      bytes(text.replace("\"", "\"\"").getBytes(UTF_8));
      one('"');
    } else {
      bytes(text.getBytes(UTF_8));
    }
  }

  private boolean needsQuotes(String text) {
    int length = text.length();
    if (length == 0) {
      return true;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == ',' || c == '"' || c == '\n' || c == '\r') {
        return true;
      }
    }
    return length == 2 && dialect.nullText() == NullText.BACKSLASH_N && text.equals("\\N");
  }

  private void endLine() throws IOException {
    if (dialect.lineEnd() == LineEnd.CRLF) {
      one('\r');
    }
    one('\n');
  }

  private void one(char c) throws IOException {
    if (size == BUFFER) {
      drain();
    }
    buffer[size++] = (byte) c;
  }

  private void bytes(byte[] bytes) throws IOException {
    if (size + bytes.length > BUFFER) {
      drain();
    }
    if (bytes.length > BUFFER) {
      out.write(bytes);
    } else {
      System.arraycopy(bytes, 0, buffer, size, bytes.length);
      size += bytes.length;
    }
  }

  private void drain() throws IOException {
    out.write(buffer, 0, size);
    size = 0;
  }
}
