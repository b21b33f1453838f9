package io.writeback.crash;

import java.util.Locale;

/** Where tables are. */
enum Warehouse {
  BIGQUERY,
  REDSHIFT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
