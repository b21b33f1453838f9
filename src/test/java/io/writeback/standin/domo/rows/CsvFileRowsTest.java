package io.writeback.standin.domo.rows;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvFileRowsTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("data.csv"), text);
  }

  private static List<String> row(String... cells) {
    return Arrays.asList(cells);
  }

  private static String refusal(Path file) {
    return assertThrows(IllegalArgumentException.class, () -> CsvFileRows.open(file)).getMessage();
  }

  @Test
  void everyCellStaysWhatItIsAndNullIsNotEmpty() throws IOException {
    CsvFileRows rows =
        CsvFileRows.open(
            file("id,\"a name\",c\n007,,\"\"\r\n-5,\"a\"\"b,\n😀\r\nx\",=1+1\n1, pad ,\"\\N\"\n"));
    assertEquals(List.of("id", "a name", "c"), rows.columns().stream().map(Column::name).toList());
    assertTrue(rows.columns().stream().allMatch(c -> c.type() == DomoType.STRING));
    assertEquals(
        List.of(
            row("007", null, ""), row("-5", "a\"b,\n😀\r\nx", "=1+1"), row("1", " pad ", "\\N")),
        Rows.of(rows));
    assertEquals(3, rows.rowCount());
    assertEquals(Rows.of(rows), Rows.of(rows));
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstNameAndTheLastLineNeedsNoEnd() throws IOException {
    CsvFileRows rows = CsvFileRows.open(file("\ufeffid,b\n1,2"));
    assertEquals("id", rows.columns().get(0).name());
    assertEquals(List.of(row("1", "2")), Rows.of(rows));
  }

  @Test
  void aHeaderAloneIsAnEmptyDataSet() throws IOException {
    assertEquals(0, CsvFileRows.open(file("a,b\n")).rowCount());
    assertEquals(0, CsvFileRows.open(file("a,b")).rowCount());
  }

  @Test
  void anEmptyLineIsTheNullOfASingleColumnAndNothingElsewhere() throws IOException {
    assertEquals(
        List.of(row("1"), row((String) null), row("")),
        Rows.of(CsvFileRows.open(file("a\n1\n\n\"\"\n"))));
    assertEquals(
        List.of(row("1", "2"), row("3", "4")),
        Rows.of(CsvFileRows.open(file("a,b\n1,2\n\n3,4\n\n"))));
  }

  @Test
  void typesCanBeGivenByColumn() throws IOException {
    CsvFileRows rows = CsvFileRows.open(file("a,b\n1,x\n"), Map.of("a", DomoType.LONG));
    assertEquals(DomoType.LONG, rows.columns().get(0).type());
    assertEquals(DomoType.STRING, rows.columns().get(1).type());
  }

  @Test
  void aRaggedLineIsNamedWithFileAndNumber() throws IOException {
    Path file = file("a,b,c\n1,2,3\n\"x\ny\",5\n");
    assertEquals(file + " line 3: has 2 fields, the header has 3", refusal(file));
    assertEquals(file + " line 2: has 3 fields, the header has 2", refusal(file("a,b\n1,2,3\n")));
  }

  @Test
  void anOpenQuoteIsRefused() throws IOException {
    Path file = file("a,b\n1,\"2\n3,4\n");
    String message = refusal(file);
    assertTrue(message.startsWith(file + " near line 2: "), message);
  }

  @Test
  void textBehindAQuoteIsRefused() throws IOException {
    Path file = file("a,b\n1,\"2\"x\n");
    String message = refusal(file);
    assertTrue(message.startsWith(file + " near line 2: "), message);
  }

  @Test
  void aFileThatIsNotUtf8OrNotTextIsRefused() throws IOException {
    Path file = file("");
    Files.write(file, "a,b\nM\u00fcnchen,2\n".getBytes(ISO_8859_1));
    assertTrue(refusal(file).contains("not UTF-8"), refusal(file));
    Files.write(file, "a,b\n1,2\n".getBytes(UTF_16));
    assertTrue(refusal(file).contains("not UTF-8"), refusal(file));
    Files.writeString(file, "a,b\n1,\0\n");
    assertTrue(refusal(file).contains("line 2") && refusal(file).contains("NUL"), refusal(file));
  }

  @Test
  void aMissingHeaderNameOrFileIsRefused() throws IOException {
    assertTrue(refusal(file("")).contains("header"), refusal(file("")));
    assertTrue(refusal(file("\n1,2\n")).contains("header"));
    assertTrue(refusal(file("a,,c\n1,2,3\n")).contains("column 2 has no name"));
    assertTrue(refusal(file("a,a\n1,2\n")).contains("'a' comes twice"));
    assertTrue(refusal(folder.resolve("none.csv")).contains("no such file"));
    assertTrue(refusal(folder).contains("not a file"));
  }

  @Test
  void aLongFileIsReadWithoutHoldingIt() throws IOException {
    Path file = folder.resolve("long.csv");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("id,text\n");
      for (int i = 0; i < 500_000; i++) {
        out.write(i + ",some text that takes a little room\n");
      }
    }
    CsvFileRows rows = CsvFileRows.open(file);
    assertEquals(500_000, rows.rowCount());
    assertEquals(500_000, Pass.over(rows, row -> {}));
  }
}
