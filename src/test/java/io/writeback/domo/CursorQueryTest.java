package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.domo.CursorColumns.Point;
import io.writeback.domo.CursorQuery.Bound;
import io.writeback.retry.FaultException;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CursorQueryTest {
  private static final List<DomoColumn> COLUMNS =
      Csv.columns("at `x`:DATETIME", "key:STRING", "n:LONG", "d:DECIMAL", "day:DATE");

  @Test
  void aPageNamesTheRowThatItFollowsAndSorts() {
    Point point = point("2024-01-31T23:59:59", "it's");
    assertEquals(
        "SELECT `at ``x```, `key` FROM table WHERE (`at ``x``` > '2024-01-31T23:59:59' OR"
            + " (`at ``x``` = '2024-01-31T23:59:59' AND `key` > 'it''s')) AND `key` IS NOT NULL"
            + " AND (`n` > 1 OR `n` IS NULL) ORDER BY `at ``x```, `key` LIMIT 11",
        query("at `x`", "key", "n > 1 OR n IS NULL").page(new Bound(point, false), null, 11));
    assertEquals(
        "SELECT `at ``x```, `key` FROM table WHERE `n` IS NOT NULL ORDER BY `n` LIMIT 3",
        query("n", null, null).page(Bound.NONE, null, 3));
    assertEquals(
        "SELECT `at ``x```, `key` FROM table WHERE `n` >= 7 AND `n` <= 9 ORDER BY `n` LIMIT 3",
        query("n", null, null).page(new Bound(new Point(7L, null), true), 9L, 3));
    assertEquals(
        "SELECT `n`, `key` FROM table WHERE `n` IS NOT NULL AND `key` IS NOT NULL"
            + " ORDER BY `n` DESC, `key` DESC LIMIT 1",
        query("n", "key", null).last(null));
    assertEquals(
        "SELECT `n` FROM table WHERE `n` IS NOT NULL AND `n` <= 9 AND `n` = 1"
            + " ORDER BY `n` DESC LIMIT 1",
        query("n", null, "n = 1").last(9L));
    assertEquals(
        "SELECT `n`, `key` FROM table WHERE `n` IS NOT NULL AND `key` IS NOT NULL AND (`n` < 7 OR"
            + " (`n` = 7 AND `key` < 'k')) ORDER BY `n` DESC, `key` DESC LIMIT 1",
        query("n", "key", null).before(new Point(7L, "k")));
    assertEquals(
        "SELECT `n` FROM table WHERE `n` IS NOT NULL AND `n` < 7 ORDER BY `n` DESC LIMIT 1",
        query("n", null, null).before(new Point(7L, null)));
    assertEquals(
        "SELECT COUNT(*) FROM table WHERE (`n` IS NULL OR `key` IS NULL) AND `n` = 1",
        query("n", "key", "n = 1").withoutPlace());
  }

  /** What a text or a name holds stays in it: the stand-in's own lexer reads it back. */
  @Test
  void namesAndTextsAreReadBackAsTheyAre() throws Exception {
    Random random = new Random(5);
    String alphabet = "a`'\";-- \n,()=%é☃/*";
    for (int i = 0; i < 500; i++) {
      String name = text(random, alphabet) + "x";
      String cell = text(random, alphabet);
      Statement statement =
          Statement.of(
              "SELECT "
                  + DomoSql.name(name)
                  + " FROM table WHERE "
                  + DomoSql.name(name)
                  + " = "
                  + DomoSql.literal(ColumnType.STRING, cell),
              List.of(new Column("other", DomoType.LONG), new Column(name, DomoType.STRING)));
      try (RowCursor rows =
          statement.run(
              ListRows.of(
                      List.of(
                          new Column("other", DomoType.LONG), new Column(name, DomoType.STRING)),
                      new String[] {"1", cell},
                      new String[] {"2", cell + "y"})
                  .open(),
              10,
              null)) {
        assertArrayEquals(new String[] {cell}, rows.next());
        assertEquals(null, rows.next());
      }
    }
    assertThrows(FaultException.class, () -> DomoSql.literal(ColumnType.STRING, "a\\' OR 1"));
    assertThrows(FaultException.class, () -> DomoSql.literal(ColumnType.STRING, "a\0"));
  }

  @Test
  void valuesOfEveryTypeAreWrittenWithAllTheirDigits() {
    assertEquals("'2024-01-31T00:00:00'", literal(ColumnType.DATETIME, "2024-01-31"));
    assertEquals(
        "'2024-01-31T10:11:12.123456'",
        literal(ColumnType.DATETIME, "2024-01-31 10:11:12.123456Z"));
    assertEquals("'2024-01-31'", literal(ColumnType.DATE, "2024-01-31T00:00:00"));
    assertEquals("'1900-03-01'", literal(ColumnType.DATE, "1900-03-01"));
    assertEquals("1.50", literal(ColumnType.DECIMAL, "1.50"));
    assertEquals("0.1", literal(ColumnType.DOUBLE, "0.1"));
    assertEquals("0.0", literal(ColumnType.DOUBLE, "-0.0"));
    assertEquals("410", literal(ColumnType.LONG, "410.0"));
  }

  @Test
  void aCursorSurvivesItsOffset() {
    for (String[] c :
        new String[][] {
          {"at `x`", "2024-01-31T10:11:12.5"},
          {"n", "-7"},
          {"d", "12345678901234567890.10"},
          {"day", "2024-01-31"}
        }) {
      CursorColumns columns = CursorColumns.of(COLUMNS, List.of(c[0], "key"));
      Point point = new Point(CellValue.of(columns.cursor().type(), c[1]), "k");
      assertEquals(point, columns.point(columns.stored(point, "f")), c[0]);
    }
  }

  @Test
  void aCursorNeedsAnOrderThatIsKnown() {
    assertRefused(() -> CursorColumns.of(COLUMNS, List.of("key")), "STRING");
    assertRefused(() -> CursorColumns.of(COLUMNS, List.of("nope")), "no column \"nope\"");
    assertRefused(
        () ->
            CursorColumns.of(COLUMNS, List.of("n")).point(new SourcePosition.Cursor(1L, 2L, null)),
        "no tiebreak");
    assertRefused(
        () ->
            CursorColumns.of(COLUMNS, List.of("n"))
                .point(new SourcePosition.Cursor("x", null, null)),
        "\"x\"");
  }

  @Test
  void rowsOutOfOrderOrNotBehindTheLastPageAreRefused() {
    CursorColumns numbers = CursorColumns.of(COLUMNS, List.of("n", "d"));
    OrderCheck fine = new OrderCheck(numbers, new Bound(numeric(1, "1"), false));
    fine.next(numeric(1, "2"));
    fine.next(numeric(1, "3"));
    fine.next(numeric(2, "0"));
    assertThrows(VerificationException.class, () -> fine.next(numeric(1, "9")));
    assertThrows(VerificationException.class, () -> fine.next(numeric(2, "-1")));
    assertRefused(() -> fine.next(numeric(2, "0.0")), "unique");
    for (Point first : List.of(numeric(1, "1"), numeric(1, "0"), numeric(0, "9"))) {
      assertRefused(
          () -> new OrderCheck(numbers, new Bound(numeric(1, "1"), false)).next(first),
          "otherwise than it compares");
    }
    CursorColumns texts = CursorColumns.of(COLUMNS, List.of("n", "key"));
    OrderCheck anyOrder = new OrderCheck(texts, new Bound(new Point(1L, "b"), false));
    anyOrder.next(new Point(1L, "B2"));
    anyOrder.next(new Point(1L, "a"));
    assertRefused(() -> anyOrder.next(new Point(1L, "A ")), "unique");
    assertRefused(
        () -> new OrderCheck(texts, new Bound(new Point(1L, "b"), false)).next(new Point(1L, "B")),
        "otherwise");
  }

  private static Point numeric(long n, String d) {
    return new Point(n, CellValue.of(ColumnType.DECIMAL, d));
  }

  private static Point point(String at, String key) {
    return new Point(CellValue.of(ColumnType.DATETIME, at), key);
  }

  private static String literal(ColumnType type, String text) {
    return DomoSql.literal(type, CellValue.of(type, text));
  }

  private static CursorQuery query(String cursor, String key, String filter) {
    return new CursorQuery(
        COLUMNS.subList(0, 2),
        CursorColumns.of(COLUMNS, key == null ? List.of(cursor) : List.of(cursor, key)),
        Optional.ofNullable(filter)
            .map(text -> new RowFilter(ConditionParser.parse(text), COLUMNS)));
  }

  private static String text(Random random, String alphabet) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(8); length >= 0; length--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static void assertRefused(Runnable what, String words) {
    FaultException e = assertThrows(FaultException.class, what::run);
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }
}
