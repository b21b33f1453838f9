package io.writeback.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.redshift.RedshiftType.Kind;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which DDL a table needs. */
class TableChangeTest {
  private static final Target TARGET = new Target("public", "t");

  private static Column column(String name, RedshiftType type) {
    return new Column(name, type);
  }

  @Test
  void aNewTableHasTheWidestTypeOfEachColumn() {
    List<Column> union =
        TableChange.union(
            List.of(
                List.of(
                    column("a", RedshiftType.varcharFor(10)),
                    column("b", RedshiftType.of(Kind.INTEGER))),
                List.of(
                    column("b", RedshiftType.of(Kind.BIGINT)),
                    column("a", RedshiftType.varcharFor(300)))));
    assertEquals(
        "CREATE TABLE IF NOT EXISTS \"public\".\"t\" (\"a\" VARCHAR(1024), \"b\" BIGINT)",
        TableChange.create(TARGET, union));
  }

  @Test
  void columnsAreAddedAndWidenedEachByItsOwnStatement() {
    assertEquals(
        List.of(
            "ALTER TABLE \"public\".\"t\" ALTER COLUMN \"a\" TYPE VARCHAR(1024)",
            "ALTER TABLE \"public\".\"t\" ADD COLUMN \"b\" NUMERIC(38,2)"),
        TableChange.alter(
            TARGET,
            Map.of("a", RedshiftType.varcharFor(10)),
            List.of(
                column("a", RedshiftType.varcharFor(257)),
                column("b", RedshiftType.numeric(38, 2)))));
  }

  @Test
  void aColumnThatFitsNeedsNothing() {
    assertTrue(
        TableChange.alter(
                TARGET,
                Map.of(
                    "a", RedshiftType.varcharFor(9999),
                    "b", RedshiftType.of(Kind.INTEGER),
                    "c", RedshiftType.of(Kind.OTHER)),
                List.of(
                    column("a", RedshiftType.varcharFor(1)),
                    column("b", RedshiftType.of(Kind.BIGINT)),
                    column("c", RedshiftType.of(Kind.DATE))))
            .isEmpty());
  }

  @Test
  void whatWouldBeRoundedIsRefusedInWords() {
    FaultException e =
        assertThrows(
            FaultException.class,
            () ->
                TableChange.alter(
                    TARGET,
                    Map.of("price", RedshiftType.numeric(10, 2)),
                    List.of(column("price", RedshiftType.numeric(38, 4)))));
    assertEquals(Fault.CONFIGURATION, e.fault());
    assertTrue(e.getMessage().contains("price"), e.getMessage());
    assertFalse(TypeFit.fits(RedshiftType.of(Kind.DOUBLE), RedshiftType.of(Kind.REAL)));
    assertFalse(TypeFit.fits(RedshiftType.of(Kind.BIGINT), RedshiftType.of(Kind.DOUBLE)));
    assertFalse(TypeFit.fits(RedshiftType.varcharFor(1), RedshiftType.of(Kind.INTEGER)));
  }

  @Test
  void columnsSurviveTheirText() {
    List<Column> columns =
        List.of(
            column("ü\"", RedshiftType.varcharFor(5)), column("n", RedshiftType.numeric(38, 9)));
    assertEquals(columns, ColumnsText.read(ColumnsText.write(columns)));
  }
}
