package io.writeback.crash;

import java.util.List;

/**
 * What is wrong with a table in the end.
 *
 * @param lost rows that must be there and are not
 * @param doubled rows too many: copies, and rows that nobody published
 * @param torn reads that saw what no reader may see
 * @param examples a few of them, in words
 */
record Finding(Table table, long lost, long doubled, long torn, List<String> examples) {
  boolean isClean() {
    return lost == 0 && doubled == 0 && torn == 0;
  }

  @Override
  public String toString() {
    return table + "  lost " + lost + "  doubled " + doubled + "  torn " + torn;
  }
}
