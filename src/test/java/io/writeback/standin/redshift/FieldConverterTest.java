package io.writeback.standin.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What COPY makes of one field. */
class FieldConverterTest {
  private static final TableColumn VARCHAR = column("character varying", 3, 0);

  private static TableColumn column(String type, int precision, int scale) {
    return new TableColumn("c", type, precision, precision, scale, false, false);
  }

  private static String convert(String options, TableColumn column, String field) {
    String sql = "COPY t FROM 's3://b/k' IAM_ROLE default CSV " + options;
    CopyCommand command = CopyParser.parse(new SqlCursor(sql, Lexer.tokens(sql)));
    return new FieldConverter(command)
        .convert(field.getBytes(StandardCharsets.UTF_8), true, column);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "integer; a; 1207; Invalid digit, Value 'a', Pos 0, Type: Integer",
        "integer; 3000000000; 1204; Overflow",
        "integer; 1.0; 1207; Invalid digit, Value '.', Pos 1, Type: Integer",
        "smallint; -32769; 1204; Overflow",
        "bigint; -; 1207; Invalid digit",
        "character varying; abcdefg; 1204; String length exceeds DDL length",
        "character varying; \u00e9\u00e9\u00e9; 1204; String length exceeds DDL length",
        "character; \u00e9; 1220; Multibyte character not supported for CHAR",
        "date; 2026-02-30; 1205; Invalid date",
        "date; 2026-2-3; 1205; Invalid date format - length must be 10 or more",
        "timestamp without time zone; 2026-02-28 10:00:00.5; 1206; Invalid timestamp format",
        "timestamp without time zone; 2026-02-28T10:00:00; 1206; Invalid timestamp format",
        "time without time zone; 25:00:00; 1206; Invalid time",
        "numeric; 1000; 1209; Overflow for NUMERIC(4,2)",
        "numeric; 1e1; 1207; Invalid digit",
        "double precision; x; 1208; Invalid digit",
        "double precision; 1e999; 1208; Overflow",
        "real; 1e39; 1208; Overflow",
        "boolean; maybe; 1210; Unknown boolean format",
        "super; {a; 1224; Invalid value for SUPER",
        "varbyte; abc; 1207; Invalid hexadecimal digit"
      })
  void whatDoesNotFitIsRefusedByCode(String type, String field, int code, String reason) {
    TableColumn column = column(type, 4, 2);
    RowRejected rejected = assertThrows(RowRejected.class, () -> convert("", column, field));
    assertEquals(code, rejected.code());
    assertTrue(rejected.getMessage().startsWith(reason), rejected.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "integer,+007,7",
    "bigint,-9223372036854775808,-9223372036854775808",
    "numeric,1.999,1.99",
    "numeric,-1.999,-1.99",
    "boolean,YES,t",
    "boolean,0,f",
    "double precision,NaN,NaN",
    "date,2026-02-28,2026-02-28",
    "timestamp without time zone,2026-02-28 10:00:00,2026-02-28 10:00:00.000000",
    "varbyte,00FF,\\x00FF"
  })
  void whatFitsIsHandedOn(String type, String field, String value) {
    assertEquals(value, convert("", column(type, 4, 2), field));
  }

  @Test
  void timesAreReadInTheFormatAskedFor() {
    TableColumn timestamp = column("timestamp without time zone", 0, 0);
    assertEquals(
        "2026-02-28 22:00:00.500000",
        convert("TIMEFORMAT 'auto'", timestamp, "2026-02-28T23:00:00.5+01:00"));
    assertEquals(
        "1970-01-01 00:00:01.500000", convert("TIMEFORMAT 'epochmillisecs'", timestamp, "1500"));
    assertEquals(
        "2026-02-28T01:02:03",
        convert("TIMEFORMAT 'DD.MM.YYYY HH24:MI:SS'", timestamp, "28.02.2026 01:02:03"));
    assertEquals(
        "2026-02-28", convert("DATEFORMAT 'MM/DD/YYYY'", column("date", 0, 0), "02/28/2026"));
  }

  @Test
  void nullIsTheNullTextAndAnEmptyTextStaysUnlessAskedFor() {
    assertNull(convert("", VARCHAR, "\\N"));
    assertNull(convert("NULL AS '@'", VARCHAR, "@"));
    assertEquals("\\N", convert("NULL AS '@'", VARCHAR, "\\N"));
    assertEquals("", convert("", VARCHAR, ""));
    assertNull(convert("EMPTYASNULL", VARCHAR, ""));
    assertEquals("  ", convert("EMPTYASNULL", VARCHAR, "  "));
    assertNull(convert("BLANKSASNULL", VARCHAR, "  "));
    assertNull(convert("", column("integer", 0, 0), " "));
    assertEquals("2.00", convert("ROUNDEC", column("numeric", 4, 2), "1.995"));
    assertEquals("\u00e9", convert("TRUNCATECOLUMNS", VARCHAR, "\u00e9\u00e9"));
  }
}
