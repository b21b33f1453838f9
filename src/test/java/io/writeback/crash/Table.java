package io.writeback.crash;

/**
 * A table, or a family of tables if versions have one each.
 *
 * @param name without the end that tells versions apart
 */
record Table(Warehouse warehouse, String name, Dataset dataset) {
  @Override
  public String toString() {
    return warehouse + "." + name;
  }
}
