package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.Target;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BigQuerySqlTest {
  private final BigQuerySql sql = new BigQuerySql("my-project");
  private final Target target = new Target("d", "t");
  private final Target staging = new Target("d", "t__wb_s1");

  @Test
  void quotesNames() {
    assertEquals("`a\\`b\\\\c`", BigQuerySql.quote("a`b\\c"));
    assertEquals("`my-project.d.t`", sql.table(target));
  }

  @Test
  void aCommentCannotBeLeft() {
    assertEquals("SELECT 1 /* a* /; DROP */", BigQuerySql.register("a*/; DROP"));
  }

  @Test
  void aPromotionSetsFirstThenCountsThenReplaces() {
    String text = sql.promote(SinkTables.control(target), target, staging, columns("a", "b"), true);
    List<String> order =
        List.of(
            "BEGIN TRANSACTION",
            "UPDATE `my-project.d.t__wb_control`",
            "ASSERT @@row_count = 1",
            "@staged",
            "@seen",
            "TRUNCATE TABLE `my-project.d.t`",
            "INSERT INTO `my-project.d.t` (`a`, `b`)",
            "COMMIT TRANSACTION");
    int at = -1;
    for (String part : order) {
      int next = text.indexOf(part);
      assertTrue(next > at, part + " in " + text);
      at = next;
    }
  }

  @Test
  void appendKeepsWhatIsThere() {
    assertFalse(
        sql.promote(SinkTables.control(target), target, staging, columns("a"), false)
            .contains("TRUNCATE"));
  }

  @Test
  void anEmptySnapshotReadsNothing() {
    String text = sql.promote(SinkTables.control(target), target, null, columns("a"), true);
    assertTrue(text.contains("TRUNCATE"));
    assertFalse(text.contains("INSERT"));
    assertFalse(text.contains("@seen"));
  }

  /** BigQuery makes a text of no other type by itself, so a snapshot would never be shown. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INTEGER | NULLABLE | STRING | CAST(`a` AS STRING)",
        "JSON | NULLABLE | STRING | TO_JSON_STRING(`a`)",
        "DATE | REPEATED | STRING | ARRAY(SELECT CAST(item_0 AS STRING) FROM UNNEST(`a`) AS item_0"
            + " WITH OFFSET AS at_0 ORDER BY at_0)",
        "STRING | NULLABLE | STRING | `a`",
        "INTEGER | NULLABLE | NUMERIC | `a`"
      })
  void whatATextColumnShowsIsMadeAText(String from, String mode, String to, String sql) {
    TableFieldSchema staged = new TableFieldSchema().setName("a").setType(from).setMode(mode);
    assertEquals(sql, ShownValue.of(staged, staged.clone().setType(to)));
  }

  private static List<ShownColumn> columns(String... names) {
    return Arrays.stream(names).map(ShownColumn::new).toList();
  }
}
