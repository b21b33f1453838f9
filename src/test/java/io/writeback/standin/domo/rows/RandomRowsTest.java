package io.writeback.standin.domo.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomRowsTest {
  @Test
  void aSeedDecidesEverything() {
    assertEquals(Rows.of(RandomRows.of(1, 500)), Rows.of(RandomRows.of(1, 500)));
    assertNotEquals(Rows.of(RandomRows.of(1, 500)), Rows.of(RandomRows.of(2, 500)));
    assertEquals(Rows.of(RandomRows.of(1, 500)).subList(0, 100), Rows.of(RandomRows.of(1, 100)));
  }

  @Test
  void nastyCellsOfAllKindsComeSoon() {
    Set<String> texts = new HashSet<>();
    Pass.over(RandomRows.of(1, 2000), row -> texts.add(row[1]));
    assertTrue(
        texts.containsAll(
            Arrays.asList(
                null,
                "",
                "-",
                "=1+1",
                "@home",
                "+49 89 1234",
                "007",
                "😀",
                "line\nbreak",
                "\"",
                "a,b",
                "\\N")),
        texts.toString());
  }

  @Test
  void everyCellIsAValueOfItsColumn() {
    RandomRows rows = RandomRows.of(3, 5000);
    Pass.over(
        rows,
        row -> {
          for (int i = 0; i < row.length; i++) {
            if (row[i] != null) {
              check(rows.columns().get(i).type(), row[i]);
            }
          }
        });
  }

  private static void check(DomoType type, String cell) {
    switch (type) {
      case STRING -> assertTrue(cell.indexOf('\0') < 0);
      case LONG -> assertEquals(cell, Long.toString(Long.parseLong(cell)));
      case DOUBLE -> assertTrue(Double.isFinite(Double.parseDouble(cell)));
      case DECIMAL -> assertTrue(new BigDecimal(cell).scale() <= 9);
      case DATE -> assertEquals(cell, LocalDate.parse(cell).toString());
      case DATETIME -> {
        assertEquals(19, cell.length());
        LocalDateTime.parse(cell);
      }
    }
  }

  @Test
  void columnsCanBeChosen() {
    RandomRows rows = RandomRows.of(1, 3, List.of(new Column("only", DomoType.STRING)));
    assertEquals(1, Rows.of(rows).get(0).size());
  }
}
