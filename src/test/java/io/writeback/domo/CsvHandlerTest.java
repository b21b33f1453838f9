package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
class CsvHandlerTest {
  private static final List<DomoColumn> AB = Csv.columns("a:STRING", "b:LONG");

  @Test
  void nullAndTheEmptyTextStayApart() {
    List<Struct> rows = Csv.structs(AB, Csv.FORMS, "a,b\n,1\n\"\",2\nx,\n\"y\",\"\"\n");
    assertNull(rows.get(0).get("a"));
    assertEquals("", rows.get(1).get("a"));
    assertNull(rows.get(2).get("b"));
    assertNull(rows.get(3).get("b"), "a number is never the empty text");
  }

  @Test
  void bothQuotingDialectsAndLineEndsGiveTheSameRows() {
    List<DomoColumn> columns =
        Csv.columns("s:STRING", "l:LONG", "d:DOUBLE", "n:DECIMAL", "t:DATE", "z:DATETIME");
    String plain =
        "s,l,d,n,t,z\nO'Neil,-5,0.5,1.20,2026-01-31,2026-01-31T01:02:03\n"
            + "\"a \"\"b\"\", c\nd\",7,1e3,2,1999-12-31,1999-12-31T23:59:59\n";
    String quoted =
        "s,l,d,n,t,z\r\n\"O'Neil\",\"-5\",\"0.5\",\"1.20\",\"2026-01-31\",\"2026-01-31T01:02:03\"\r\n"
            + "\"a \"\"b\"\", c\nd\",\"7\",\"1e3\",\"2\",\"1999-12-31\",\"1999-12-31T23:59:59\"\r\n";
    List<Struct> rows = Csv.structs(columns, Csv.FORMS, plain);
    assertEquals(rows, Csv.structs(columns, Csv.FORMS, quoted));
    assertEquals("a \"b\", c\nd", rows.get(1).get("s"));
    assertEquals(-5L, rows.get(0).get("l"));
    assertEquals(1000.0, rows.get(1).get("d"));
    assertEquals(new BigDecimal("2.00"), rows.get(1).get("n"));
    assertEquals(Date.from(Instant.parse("2026-01-31T00:00:00Z")), rows.get(0).get("t"));
    assertEquals(Date.from(Instant.parse("2026-01-31T01:02:03Z")), rows.get(0).get("z"));
    assertEquals(
        Csv.audit(columns, plain).hash().content(),
        Csv.audit(columns, quoted).hash().content(),
        "another dialect is no new content");
  }

  @Test
  void aNullTextIsNullOnlyWithoutQuotes() {
    CellForms forms = new CellForms(Csv.FORMS.decimals(), new NullCells("\\N"));
    List<Struct> rows = Csv.structs(AB, forms, "a,b\n\\N,\\N\n\"\\N\",1\n");
    assertNull(rows.get(0).get("a"));
    assertNull(rows.get(0).get("b"));
    assertEquals("\\N", rows.get(1).get("a"));
  }

  @Test
  void anEmptyLineIsARowOfASingleColumn() {
    List<DomoColumn> one = Csv.columns("a:STRING");
    assertEquals(3, Csv.audit(one, "a\nx\n\n\"\"\n").row());
    assertNull(Csv.structs(one, Csv.FORMS, "a\nx\n\ny\n").get(1).get("a"));
    assertThrows(RuntimeException.class, () -> Csv.audit(AB, "a,b\nx,1\n\ny,2\n"));
  }

  @Test
  void anOpenQuoteARaggedRowAndAWrongTypeAreFound() {
    assertThrows(RuntimeException.class, () -> Csv.audit(AB, "a,b\n\"x,1\ny,2\n"));
    assertThrows(RuntimeException.class, () -> Csv.audit(AB, "a,b\nx,1,3\n"));
    assertThrows(RuntimeException.class, () -> Csv.audit(AB, "a,b\nx\n"));
    Exception wrong = assertThrows(RuntimeException.class, () -> Csv.audit(AB, "a,b\nx,secret\n"));
    Throwable cell = wrong.getCause() == null ? wrong : wrong.getCause();
    assertTrue(cell.getMessage().contains("column b of type LONG"), cell.getMessage());
    assertTrue(!cell.getMessage().contains("secret"), "no row data in messages");
  }

  @Test
  void theContentHashCountsEqualRowsAndSeesNoOrder() {
    String xy = Csv.audit(AB, "a,b\nx,1\ny,2\n").hash().content();
    assertEquals(xy, Csv.audit(AB, "a,b\ny,2\nx,1\n").hash().content());
    assertNotEquals(xy, Csv.audit(AB, "a,b\ny,2\nx,1\nx,1\n").hash().content());
    assertNotEquals(xy, Csv.audit(AB, "a,b\ny,1\nx,2\n").hash().content());
    assertNotEquals(
        Csv.audit(AB, "a,b\n,1\n").hash().content(),
        Csv.audit(AB, "a,b\n\"\",1\n").hash().content(),
        "null is not the empty text");
    assertNotEquals(
        xy,
        Csv.audit(Csv.columns("A:STRING", "b:LONG"), "A,b\nx,1\ny,2\n").hash().content(),
        "a renamed column is new content");
    List<DomoColumn> two = Csv.columns("a:STRING", "b:STRING");
    assertNotEquals(
        Csv.audit(two, "a,b\nab,c\n").hash().content(),
        Csv.audit(two, "a,b\na,bc\n").hash().content());
  }

  @Test
  void theOrderedHashSeesTheOrder() {
    assertNotEquals(
        Csv.audit(AB, "a,b\nx,1\ny,2\n").hash().ordered(),
        Csv.audit(AB, "a,b\ny,2\nx,1\n").hash().ordered());
    assertEquals(
        Csv.audit(AB, "a,b\nx,1\ny,2\n").hash().ordered(),
        Csv.audit(AB, "a,b\nx,1\ny,2\n").hash().ordered());
  }
}
