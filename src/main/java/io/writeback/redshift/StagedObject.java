package io.writeback.redshift;

import java.util.List;

/**
 * An object in S3, whole and unchangeable.
 *
 * @param columns of its rows in their order, with the sizes that its values need
 * @param nullToken index of the token that stands for null in it
 * @param size bytes as stored
 * @param ordinals fingerprint of the ordinals of its rows, 0 without ordinals
 * @param firstOffset offset of its first row
 * @param firstOrdinal ordinal of its first row, 0 without ordinals
 * @param lastOrdinal ordinal of its last row, 0 without ordinals
 */
record StagedObject(
    String key,
    List<Column> columns,
    int nullToken,
    Compression compression,
    long rows,
    long size,
    long ordinals,
    long firstOffset,
    long firstOrdinal,
    long lastOrdinal) {
  StagedObject {
    columns = List.copyOf(columns);
  }

  /** The same object with its columns named otherwise. */
  StagedObject with(List<Column> others) {
    return new StagedObject(
        key,
        others,
        nullToken,
        compression,
        rows,
        size,
        ordinals,
        firstOffset,
        firstOrdinal,
        lastOrdinal);
  }

  /** What one COPY must have in common. */
  Load load() {
    return new Load(columns.stream().map(Column::name).toList(), nullToken, compression);
  }

  /** The options of a COPY that follow from its objects. */
  record Load(List<String> columns, int nullToken, Compression compression)
      implements Comparable<Load> {
    @Override
    public int compareTo(Load other) {
      return toString().compareTo(other.toString());
    }
  }
}
