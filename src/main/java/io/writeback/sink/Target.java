package io.writeback.sink;

/**
 * A table of the warehouse.
 *
 * @param namespace BigQuery dataset or Redshift schema
 * @param table table name, already sanitised
 */
public record Target(String namespace, String table) implements Comparable<Target> {
  @Override
  public int compareTo(Target other) {
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : table.compareTo(other.table);
  }

  @Override
  public String toString() {
    return namespace + "." + table;
  }
}
