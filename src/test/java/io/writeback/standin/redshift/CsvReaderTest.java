package io.writeback.standin.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CSV as COPY reads it. */
class CsvReaderTest {
  private static CsvReader reader(String csv) {
    return new CsvReader(new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)), ',', '"');
  }

  /** The records, fields in brackets, quoted ones with an asterisk. */
  private static List<String> records(String csv) throws IOException {
    List<String> records = new ArrayList<>();
    CsvReader reader = reader(csv);
    while (reader.next()) {
      StringBuilder record = new StringBuilder();
      for (int i = 0; i < reader.count(); i++) {
        String text = new String(reader.field(i), StandardCharsets.UTF_8);
        record.append(reader.quoted(i) ? "*[" : "[").append(text).append(']');
      }
      records.add(record.toString());
    }
    return records;
  }

  @Test
  void fieldsAndRecordsAreSplitAndQuotesTaken() throws IOException {
    assertEquals(List.of("[a][b]", "[][]"), records("a,b\n,\n"));
    assertEquals(List.of("*[a,b]*[c\n\"d\"]*[]"), records("\"a,b\",\"c\n\"\"d\"\"\",\"\""));
    assertEquals(List.of("*[a][ b ]"), records("  \"a\"  , b \r\n"));
    assertEquals(List.of("[]", "[x]"), records("\nx"));
    assertEquals(List.of(), records(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\"b\n", "\"a\"b\n", "\"a", "a\rb\n"})
  void whatIsDoubtfulIsRefused(String csv) {
    assertEquals(1214, assertThrows(RowRejected.class, () -> reader(csv).next()).code());
  }

  @Test
  void linesAreCountedAndReadingGoesOnAfterABadOne() throws IOException {
    CsvReader reader = reader("\"a\nb\"\nx\"y\nlast\n");
    assertTrue(reader.next());
    assertEquals(1, reader.line());
    assertThrows(RowRejected.class, reader::next);
    assertEquals(3, reader.line());
    assertEquals("x\"y", reader.raw());
    assertTrue(reader.next());
    assertEquals(4, reader.line());
    assertFalse(reader.next());
  }

  @Test
  void aRowOfMoreThanFourMegabytesIsRefused() {
    String wide = "x".repeat(CsvReader.MAX_ROW_BYTES) + "\n";
    assertEquals(1216, assertThrows(RowRejected.class, () -> reader(wide).next()).code());
  }
}
