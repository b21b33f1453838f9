package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.domo.Condition.Literal;
import io.writeback.domo.Condition.Operator;
import io.writeback.retry.FaultException;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.Pass;
import io.writeback.standin.domo.rows.RandomRows;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.sql.Statement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RowFilterTest {
  private static final List<DomoColumn> COLUMNS =
      Csv.columns(
          "id:LONG", "text:STRING", "% of it:DOUBLE", "amount:DECIMAL", "day:DATE", "at:DATETIME");

  @Test
  void theSqlSaysTheSame() {
    assertEquals("`id` >= 7", sql("id>=7"));
    assertEquals("`% of it` <> 1.5", sql("`% of it` != 1.5"));
    assertEquals("(`id` = 1 AND `text` = 'it''s')", sql("id = 1 and text = 'it''s'"));
    assertEquals(
        "(`id` = 1 OR (`id` = 2 AND `id` = 3))", sql("id = 1 OR id = 2 AND id = 3"), "AND first");
    assertEquals("((`id` = 1 OR `id` = 2) AND `id` = 3)", sql("(id = 1 OR id = 2) AND id = 3"));
    assertEquals("`at` < '2024-01-31T00:00:00'", sql("at < '2024-01-31'"));
    assertEquals("`at` < '2024-01-31T10:11:12'", sql("at < '2024-01-31 10:11:12'"));
    assertEquals("`amount` IN (1.50, -2)", sql("amount in (1.50, -2)"));
    assertEquals("`day` IS NOT NULL", sql("day is not null"));
  }

  @Test
  void notIsPushedDown() {
    assertEquals("(`id` >= 1 AND `text` NOT IN ('a'))", sql("NOT (id < 1 OR text IN ('a'))"));
    assertEquals("`id` = 1", sql("NOT NOT id = 1"));
    assertEquals("(`id` <= 1 OR `day` IS NULL)", sql("not (id > 1 and day is not null)"));
  }

  @Test
  void whatCannotBeReadIsRefusedInWords() {
    for (String text :
        List.of(
            "",
            "id",
            "id =",
            "id = 1 id = 2",
            "id = 1 AND",
            "(id = 1",
            "id IN ()",
            "id IS 1",
            "id = NULL",
            "id = x",
            "'a' = text",
            "id NOT = 1",
            "id LIKE 'a%'",
            "id = 1;",
            "id = 1a",
            "text = 'open")) {
      assertThrows(IllegalArgumentException.class, () -> ConditionParser.parse(text), text);
    }
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> ConditionParser.parse("id = 1 OR x ! 2"));
    assertTrue(e.getMessage().contains("! 2"), e.getMessage());
  }

  @Test
  void whatDoesNotFitTheColumnsIsRefusedAndNamed() {
    for (String text :
        List.of(
            "nope = 1",
            "ID = 1",
            "id = 1.5",
            "id = '1'",
            "text = 1",
            "day = 'yesterday'",
            "day = '2024-01-31T10:00:00'",
            "at = '2024-02-30'",
            "text < 'b'",
            "`% of it` = 1e999",
            "text = 'a\\b'",
            "id = 9223372036854775808")) {
      FaultException e = assertThrows(FaultException.class, () -> filter(text), text);
      assertTrue(e.getMessage().contains("domo."), e.getMessage());
    }
  }

  @Test
  void aConditionIsThreeValued() {
    Object[] none = new Object[COLUMNS.size()];
    for (String text :
        List.of(
            "id = 1", "NOT id = 1", "id <> 1", "id IN (1)", "id NOT IN (1)", "day IS NOT NULL")) {
      assertFalse(filter(text).wants(none), text);
    }
    assertTrue(filter("id = 1 OR id IS NULL").wants(none));
    assertTrue(filter("NOT (id = 1 AND day IS NOT NULL)").wants(none), "false AND unknown");
    assertFalse(filter("NOT (id = 1 AND day IS NULL)").wants(none), "unknown AND true");
  }

  /**
   * Rows and conditions by chance: the evaluator, the stand-in's SQL and a database want the same
   * rows.
   */
  @Test
  void theEvaluatorTheStandInAndADatabaseAgree() throws Exception {
    List<Column> columns =
        List.of(
            new Column("id", DomoType.LONG),
            new Column("text", DomoType.STRING),
            new Column("% of it", DomoType.DOUBLE),
            new Column("amount", DomoType.DECIMAL),
            new Column("day", DomoType.DATE),
            new Column("at", DomoType.DATETIME));
    for (long seed = 1; seed <= 6; seed++) {
      RowSource rows = RandomRows.of(seed, 150, columns);
      try (Connection db = DriverManager.getConnection("jdbc:duckdb:")) {
        load(db, rows);
        Random random = new Random(seed);
        int both = 0;
        for (int i = 0; i < 80; i++) {
          Condition condition = condition(random, rows, 3);
          RowFilter filter = new RowFilter(condition, COLUMNS);
          Set<String> wanted = wanted(filter, rows);
          assertEquals(wanted, byStandIn(filter, rows), filter.sql());
          assertEquals(wanted, byDatabase(db, filter), filter.sql());
          both += wanted.isEmpty() || wanted.size() == 150 ? 0 : 1;
        }
        assertTrue(both > 30, "most conditions decide something: " + both);
      }
    }
  }

  private static Condition condition(Random random, RowSource rows, int depth) {
    if (depth > 0 && random.nextInt(3) > 0) {
      List<Condition> parts =
          List.of(condition(random, rows, depth - 1), condition(random, rows, depth - 1));
      Condition joined = random.nextBoolean() ? new Condition.And(parts) : new Condition.Or(parts);
      return random.nextBoolean() ? joined : joined.negated();
    }
    int index = random.nextInt(COLUMNS.size());
    String name = COLUMNS.get(index).name();
    boolean text = COLUMNS.get(index).type() == ColumnType.STRING;
    return switch (random.nextInt(4)) {
      case 0 -> new Condition.IsNull(name, random.nextBoolean());
      case 1 ->
          new Condition.In(
              name,
              List.of(literal(random, rows, index), literal(random, rows, index)),
              random.nextBoolean());
      default ->
          new Condition.Compare(
              name, Operator.values()[random.nextInt(text ? 2 : 6)], literal(random, rows, index));
    };
  }

  /** A value that is there, so that comparisons meet their edge. */
  private static Literal literal(Random random, RowSource rows, int index) {
    List<String> cells = new ArrayList<>();
    Pass.over(
        rows,
        row -> {
          if (row[index] != null && row[index].indexOf('\\') < 0) {
            cells.add(row[index]);
          }
        });
    ColumnType type = COLUMNS.get(index).type();
    boolean number =
        type == ColumnType.LONG || type == ColumnType.DOUBLE || type == ColumnType.DECIMAL;
    return new Literal(cells.get(random.nextInt(cells.size())), !number);
  }

  private static Set<String> wanted(RowFilter filter, RowSource rows) {
    Set<String> ids = new TreeSet<>();
    Pass.over(
        rows,
        row -> {
          Object[] cells = new Object[row.length];
          for (int i = 0; i < row.length; i++) {
            cells[i] = row[i] == null ? null : CellValue.of(COLUMNS.get(i).type(), row[i]);
          }
          if (filter.wants(cells)) {
            ids.add(row[0]);
          }
        });
    return ids;
  }

  private static Set<String> byStandIn(RowFilter filter, RowSource rows) throws Exception {
    Statement statement =
        Statement.of("SELECT `id` FROM table WHERE " + filter.sql(), rows.columns());
    Set<String> ids = new TreeSet<>();
    try (RowCursor found = statement.run(rows.open(), 1000, null)) {
      for (String[] row = found.next(); row != null; row = found.next()) {
        ids.add(row[0]);
      }
    }
    return ids;
  }

  private static void load(Connection db, RowSource rows) throws Exception {
    try (java.sql.Statement ddl = db.createStatement()) {
      ddl.execute(
          "CREATE TABLE t (id BIGINT, text VARCHAR, \"% of it\" DOUBLE, amount DECIMAL(38,9),"
              + " day DATE, \"at\" TIMESTAMP)");
    }
    try (PreparedStatement insert =
        db.prepareStatement(
            "INSERT INTO t VALUES (?::BIGINT, ?, ?::DOUBLE, ?::DECIMAL(38,9), ?::DATE,"
                + " ?::TIMESTAMP)")) {
      List<String[]> all = new ArrayList<>();
      Pass.over(rows, row -> all.add(row.clone()));
      for (String[] row : all) {
        for (int i = 0; i < row.length; i++) {
          insert.setString(i + 1, row[i]);
        }
        insert.execute();
      }
    }
  }

  private static Set<String> byDatabase(Connection db, RowFilter filter) throws Exception {
    Set<String> ids = new TreeSet<>();
    try (java.sql.Statement query = db.createStatement();
        ResultSet found =
            query.executeQuery("SELECT id FROM t WHERE " + filter.sql().replace('`', '"'))) {
      while (found.next()) {
        ids.add(found.getString(1));
      }
    }
    return ids;
  }

  private static RowFilter filter(String text) {
    return new RowFilter(ConditionParser.parse(text), COLUMNS);
  }

  private static String sql(String text) {
    return filter(text).sql();
  }
}
