package io.writeback.standin.domo.rows;

import java.util.Objects;

/** A column of a DataSet. */
public record Column(String name, DomoType type) {
  public Column {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
  }
}
