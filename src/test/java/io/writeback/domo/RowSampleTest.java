package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.domo.DomoApi.QueryAnswer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sampled row is missed when a cell differs, and never for how a cell is written. */
class RowSampleTest {
  private static final List<DomoColumn> ALL =
      Csv.columns("s:STRING", "n:LONG", "d:DOUBLE", "c:DECIMAL", "t:DATE", "z:DATETIME");
  private static final String HEADER = "s,n,d,c,t,z\n";
  private static final String ROW = "text,7,1.5,2.50,2026-01-31,2026-01-31T23:59:59\n";

  @Test
  void everyKindOfDifferenceIsMissed() {
    assertEquals(0, missing(ROW, "text", "7", "1.5", "2.50", "2026-01-31", "2026-01-31T23:59:59"));
    assertEquals(1, missing(ROW, "'text", "7", "1.5", "2.5", "2026-01-31", "2026-01-31T23:59:59"));
    assertEquals(1, missing(ROW, "text", "8", "1.5", "2.5", "2026-01-31", "2026-01-31T23:59:59"));
    assertEquals(1, missing(ROW, "text", "7", "1.6", "2.5", "2026-01-31", "2026-01-31T23:59:59"));
    assertEquals(1, missing(ROW, "text", "7", "1.5", "2.6", "2026-01-31", "2026-01-31T23:59:59"));
    assertEquals(1, missing(ROW, "text", "7", "1.5", "2.5", "2026-02-03", "2026-01-31T23:59:59"));
    assertEquals(1, missing(ROW, "text", "7", "1.5", "2.5", "2026-01-31", "2026-02-03T23:59:59"));
    for (int empty = 0; empty < 6; empty++) {
      String[] cells = {"text", "7", "1.5", "2.50", "2026-01-31", "2026-01-31T23:59:59"};
      cells[empty] = "";
      assertEquals(1, missing(ROW, cells), "null in column " + empty);
    }
  }

  @Test
  void noFormOfACellIsADifference() {
    // Domo's own example shows 410 in a DOUBLE column; a service may pass numbers through doubles.
    assertEquals(
        0, missing(ROW, "text", "7.0", "1.50", "2.5", "2026-01-31T00:00:00", "2026-01-31"));
    assertEquals(
        0,
        missing(ROW, "text", "7E0", "15e-1", "2.500000", "2026-01-31", "2026-01-31 23:59:59.9Z"));
    // The company's time zone.
    assertEquals(0, missing(ROW, "text", "7", "1.5", "2.5", "2026-01-30", "2026-01-31T09:59:59"));
    // Digits that a query cuts.
    assertEquals(
        0,
        missing(
            "a,9007199254740993,0.1234567890123456,123456789012345678.12,,\n",
            "a",
            "9007199254740992",
            "0.123456789012",
            "123456789012345680",
            "",
            null));
  }

  @Test
  void nullAndTheEmptyTextAreOneInQueries() {
    for (String csv : new String[] {",,,,,\n", "\"\",,,,,\n"}) {
      assertEquals(0, missing(csv, "", "", "", "", "", ""), csv);
      assertEquals(0, missing(csv, null, null, null, null, null, null), csv);
    }
  }

  @Test
  void aRowThatIsNotOfItsTypesIsNotCompared() {
    assertEquals(0, missing(ROW, "other", "seven", "1.5", "2.5", "2026-01-31", ""));
  }

  @Test
  void columnsAreFoundByTheirNames() {
    QueryAnswer turned =
        new QueryAnswer(
            Csv.columns("z:DATETIME", "_BATCH_ID_:DOUBLE", "s:STRING", "n:LONG", "n:LONG"),
            List.of(List.of("2026-01-31T23:59:59", "410", "text", "1", "2")));
    assertEquals(0, missing(turned, ROW), "what is not there once is not compared");
    QueryAnswer other =
        new QueryAnswer(
            Csv.columns("z:DATETIME", "s:STRING"), List.of(List.of("2026-01-31T23:59:59", "else")));
    assertEquals(1, missing(other, ROW));
  }

  /** Rows in any order, equal rows, rows that differ in numbers only. */
  @Test
  void rowsAreFoundWhereverTheyStand() {
    List<List<String>> sampled = new ArrayList<>();
    StringBuilder csv = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      csv.append("x,1,").append(i / 2).append(".25,,,\n");
      if (i % 5 == 0) {
        sampled.add(0, Arrays.asList("x", "1", i / 2 + ".25", "", "", ""));
      }
    }
    assertEquals(0, missing(new QueryAnswer(ALL, sampled), csv.toString()));
    sampled.add(Arrays.asList("x", "1", "250.25", "", "", ""));
    assertEquals(1, missing(new QueryAnswer(ALL, sampled), csv.toString()));
  }

  /** A query may cut long texts; what they begin with is there. */
  @Test
  void longTextsAreComparedByTheirBeginning() {
    String text = "x".repeat(5000);
    assertEquals(0, missing(text + ",,,,,\n", text.substring(0, 1024), "", "", "", "", ""));
    assertEquals(1, missing("'" + text + ",,,,,\n", text, "", "", "", "", ""));
  }

  private static int missing(String csv, String... cells) {
    return missing(new QueryAnswer(ALL, List.of(Arrays.asList(cells))), csv);
  }

  private static int missing(QueryAnswer answer, String csv) {
    RowSample sample = RowSample.of(answer, ALL);
    Csv.audit(ALL, HEADER + csv, sample);
    return sample.missing();
  }
}
