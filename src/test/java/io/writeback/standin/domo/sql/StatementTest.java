package io.writeback.standin.domo.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RandomRows;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementTest {
  private final RowSource rows =
      ListRows.of(
          List.of(
              new Column("id", DomoType.LONG),
              new Column("a name", DomoType.STRING),
              new Column("price", DomoType.DECIMAL),
              new Column("ratio", DomoType.DOUBLE),
              new Column("at", DomoType.DATETIME)),
          new String[] {"9", "nine", "9.90", "0.1", "2020-01-01T00:00:00"},
          new String[] {"10", "it's", "10.00", "0.2", "2020-01-01T10:00:00"},
          new String[] {"-1", null, null, null, null},
          new String[] {"2", "", "9.9", "0.3", "2021-06-30T23:59:59"});

  private List<List<String>> run(String sql) throws SqlException {
    return run(rows, sql, 1000, null);
  }

  private static List<List<String>> run(RowSource from, String sql, long cap, Long seed)
      throws SqlException {
    List<List<String>> result = new ArrayList<>();
    Statement statement = Statement.of(sql, from.columns());
    try (RowCursor cursor =
        statement.run(from.open(), cap, seed == null ? null : new SplittableRandom(seed))) {
      for (String[] row = cursor.next(); row != null; row = cursor.next()) {
        result.add(java.util.Arrays.asList(row));
      }
    }
    return result;
  }

  private String ids(String where) throws SqlException {
    return String.join(
        " ", run("SELECT id FROM t WHERE " + where).stream().map(row -> row.get(0)).toList());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      delimiter = '|',
      value = {
        "id = 10 | 10",
        "id = '10' | 10",
        "id != 10 | 9 -1 2",
        "id <> 10 | 9 -1 2",
        "id < 9 | -1 2",
        "id <= 9 | 9 -1 2",
        "id > -1 | 9 10 2",
        "id >= 9 | 9 10",
        "ID = 2 | 2",
        "`a name` = 'it''s' | 10",
        "`a name` = '' | 2",
        "`a name` != 'nine' | 10 2",
        "`a name` IS NULL | -1",
        "`a name` is not null | 9 10 2",
        "price = 9.9 | 9 2",
        "ratio > 1e-1 | 10 2",
        "id IN (2, 10, 77) | 10 2",
        "id NOT IN (2, 10) | 9 -1",
        "price NOT IN (10) | 9 2",
        "id BETWEEN 2 AND 9 | 9 2",
        "id NOT BETWEEN 2 AND 9 | 10 -1",
        "at > '2020-01-01' | 10 2",
        "at = '2020-01-01 10:00:00' | 10",
        "id = 9 OR id = 10 AND price = 9.9 | 9",
        "(id = 9 OR id = 10) AND price > 9.9 | 10",
        "(price > 9.9) OR (price = 9.9 AND id > 2) | 9 10",
      })
  void where(String condition, String expected) throws SqlException {
    assertEquals(expected, ids(condition.trim()));
  }

  @Test
  void columnsCanBePickedNamedAndRepeated() throws SqlException {
    Statement statement =
        Statement.of("select `a name` as n, id, * from `any table` limit 1", rows.columns());
    assertEquals(
        List.of("n", "id", "id", "a name", "price", "ratio", "at"),
        statement.resultColumns().stream().map(Column::name).toList());
    assertEquals(DomoType.STRING, statement.resultColumns().get(0).type());
    assertEquals(
        List.of("nine", "9"),
        run("SELECT `a name` n2, id FROM t LIMIT 1".replace(" n2", "")).get(0));
  }

  @Test
  void aggregatesSkipNulls() throws SqlException {
    assertEquals(List.of(List.of("4")), run("SELECT COUNT(*) FROM table"));
    assertEquals(
        List.of(List.of("3", "3", "-1", "10", "20", "29.80", "0.6")),
        run(
            "SELECT COUNT(price), COUNT(DISTINCT `a name`), MIN(id), MAX(id), SUM(id), SUM(price),"
                + " SUM(ratio) FROM t"));
    assertEquals(
        List.of(java.util.Arrays.asList("0", null, null)),
        run("SELECT COUNT(*), MAX(at), SUM(id) FROM t WHERE id > 100"));
    Statement statement = Statement.of("SELECT COUNT(*), MAX(at) AS newest FROM t", rows.columns());
    assertEquals(
        List.of(new Column("COUNT(*)", DomoType.LONG), new Column("newest", DomoType.DATETIME)),
        statement.resultColumns());
  }

  @Test
  void orderIsByTypeWithNullFirst() throws SqlException {
    assertEquals(
        List.of("-1", "2", "9", "10"),
        run("SELECT id FROM t ORDER BY id").stream().map(r -> r.get(0)).toList());
    assertEquals(
        List.of("-1", "9", "2", "10"),
        run("SELECT id FROM t ORDER BY price ASC, id DESC").stream().map(r -> r.get(0)).toList());
  }

  @Test
  void limitAndOffsetPageThroughTheOrder() throws SqlException {
    assertEquals(
        List.of(List.of("2"), List.of("9")), run("SELECT id FROM t ORDER BY id LIMIT 2 OFFSET 1"));
    assertEquals(List.of(), run("SELECT id FROM t ORDER BY id LIMIT 2 OFFSET 4"));
    assertEquals(List.of(), run("SELECT id FROM t LIMIT 0"));
    assertEquals(3, run(rows, "SELECT id FROM t", 3, null).size());
    assertEquals(3, run(rows, "SELECT id FROM t LIMIT 100", 3, null).size());
  }

  @Test
  void anOpenOrderIsAnotherOneEachTimeAndTiesToo() throws SqlException {
    RowSource many = RandomRows.of(1, 25_000);
    List<List<String>> first = run(many, "SELECT id FROM t", 1_000_000, 1L);
    List<List<String>> second = run(many, "SELECT id FROM t", 1_000_000, 2L);
    assertNotEquals(first, second);
    assertEquals(25_000, new java.util.HashSet<>(first).size());
    assertEquals(new java.util.HashSet<>(first), new java.util.HashSet<>(second));
    assertEquals(first, run(many, "SELECT id FROM t", 1_000_000, 1L));

    String ties = "SELECT id FROM t WHERE day = '1970-01-01' ORDER BY day LIMIT 50";
    assertNotEquals(run(many, ties, 100, 1L), run(many, ties, 100, 2L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "DELETE FROM t",
        "SELECT",
        "SELECT FROM t",
        "SELECT * t",
        "SELECT nothing FROM t",
        "SELECT * FROM t WHERE",
        "SELECT * FROM t WHERE id",
        "SELECT * FROM t WHERE id = other",
        "SELECT * FROM t WHERE id = 'x'",
        "SELECT * FROM t WHERE id = 1.5",
        "SELECT * FROM t WHERE NOT id = 1",
        "SELECT * FROM t WHERE `a name` LIKE 'n%'",
        "SELECT * FROM t WHERE (id = 1",
        "SELECT * FROM t WHERE id IN ()",
        "SELECT * FROM t WHERE `a name = 1",
        "SELECT * FROM t GROUP BY id",
        "SELECT id, COUNT(*) FROM t",
        "SELECT AVG(id) FROM t",
        "SELECT SUM(`a name`) FROM t",
        "SELECT MAX(*) FROM t",
        "SELECT * FROM t JOIN u",
        "SELECT * FROM t LIMIT -1",
        "SELECT * FROM t LIMIT x",
        "SELECT * FROM t; SELECT 1",
      })
  void anythingElseIsRefusedInWords(String sql) {
    SqlException e = assertThrows(SqlException.class, () -> Statement.of(sql, rows.columns()));
    assertTrue(e.getMessage().length() > 5, e.getMessage());
  }
}
