package io.writeback.standin.domo.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NextVersionTest {
  private final RowSource orders = TpchRows.of("orders", 0.01);

  private RowSource version(int number) {
    return NextVersion.of(orders, number, TpchRows.keys("orders"));
  }

  @Test
  void theFirstVersionIsTheSourceItself() {
    assertSame(orders, version(1));
  }

  @Test
  void aVersionIsRepeatableAndCountsItsRows() {
    assertEquals(Rows.of(version(2)), Rows.of(version(2)));
    assertEquals(Rows.of(version(2)).size(), version(2).rowCount());
    assertNotEquals(Rows.of(version(2)), Rows.of(version(3)));
  }

  @Test
  void someRowsChangeSomeComeAndSomeGoWhileKeysStayUnique() {
    Map<String, List<String>> before = byKey(orders);
    Map<String, List<String>> after = byKey(version(2));
    Set<String> gone = new HashSet<>(before.keySet());
    gone.removeAll(after.keySet());
    Set<String> come = new HashSet<>(after.keySet());
    come.removeAll(before.keySet());
    long changed =
        before.keySet().stream()
            .filter(k -> after.containsKey(k) && !after.get(k).equals(before.get(k)))
            .count();
    for (long count : new long[] {gone.size(), come.size(), changed / 2}) {
      assertTrue(count > 200 && count < 450, "about 2 % of 15,000, not " + count);
    }
  }

  @Test
  void evenATableOfFiveRowsChangesWithEveryVersion() {
    RowSource region = TpchRows.of("region", 1);
    Set<List<List<String>>> versions = new HashSet<>();
    for (int version = 1; version <= 20; version++) {
      versions.add(Rows.of(NextVersion.of(region, version, TpchRows.keys("region"))));
    }
    assertEquals(20, versions.size());
  }

  @Test
  void extremesHaveALaterVersionTooAndNoRowsHaveNone() {
    RowSource random = RandomRows.of(7, 2000);
    RowSource later = NextVersion.of(random, 3, List.of("id"));
    assertEquals(later.rowCount(), Pass.over(later, row -> assertEquals(8, row.length)));
    assertEquals(0, NextVersion.of(RandomRows.of(7, 0), 2, List.of("id")).rowCount());
  }

  private static Map<String, List<String>> byKey(RowSource source) {
    Map<String, List<String>> rows = new HashMap<>();
    for (List<String> row : Rows.of(source)) {
      assertEquals(null, rows.put(row.get(0), row), "key comes twice");
    }
    return rows;
  }
}
