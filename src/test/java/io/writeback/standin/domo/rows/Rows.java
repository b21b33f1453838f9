package io.writeback.standin.domo.rows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows as lists, which compare by content. */
final class Rows {
  private Rows() {}

  static List<List<String>> of(RowSource source) {
    List<List<String>> rows = new ArrayList<>();
    Pass.over(source, row -> rows.add(Arrays.asList(row)));
    return rows;
  }
}
