package io.writeback.snapshot;

import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;

/**
 * The headers of a DataSet row.
 *
 * <p>The worker's default header converter guesses types from text: {@code 00123} arrives as the
 * number 123. So every value that could look like a number or a date starts with a letter, and the
 * ordinal is read as a number or as text.
 */
public final class SnapshotHeaders {
  /** {@code id:<guid>}, in lower case. */
  public static final String DATASET = "writeback.dataset";

  /** {@code name:<DataSet name>}. */
  public static final String NAME = "writeback.name";

  /** The opaque id of the snapshot that the row belongs to. */
  public static final String SNAPSHOT = "writeback.snapshot";

  /** The ordinal of the row in its snapshot, from 1. Equal rows stay distinct by it. */
  public static final String ROW = "writeback.row";

  private static final String ID_PREFIX = "id:";
  private static final String NAME_PREFIX = "name:";

  private SnapshotHeaders() {}

  /** Marks a row as part of a DataSet. */
  public static void dataset(Headers headers, String id, String name) {
    headers.add(DATASET, ID_PREFIX + id, Schema.STRING_SCHEMA);
    headers.add(NAME, NAME_PREFIX + name, Schema.STRING_SCHEMA);
  }

  /** Marks a row as part of a snapshot. */
  public static void row(Headers headers, String snapshot, long ordinal) {
    headers.add(SNAPSHOT, snapshot, Schema.STRING_SCHEMA);
    headers.add(ROW, ordinal, Schema.INT64_SCHEMA);
  }

  /** The DataSet id of a row, if it has one. */
  public static Optional<String> datasetId(Headers headers) {
    return text(headers, DATASET, ID_PREFIX);
  }

  /** The DataSet name of a row, if it has one. */
  public static Optional<String> datasetName(Headers headers) {
    return text(headers, NAME, NAME_PREFIX);
  }

  /**
   * The snapshot and ordinal of a row, if it is part of a snapshot.
   *
   * @throws DataException if only one of the two headers is there, or one cannot be read
   */
  public static Optional<RowTag> rowTag(Headers headers) {
    Header snapshot = headers.lastWithName(SNAPSHOT);
    Header row = headers.lastWithName(ROW);
    if (snapshot == null && row == null) {
      return Optional.empty();
    }
    if (snapshot == null || row == null) {
      throw new DataException(
          "a snapshot row needs both headers " + SNAPSHOT + " and " + ROW + ", one is missing");
    }
    return Optional.of(new RowTag(String.valueOf(snapshot.value()), ordinal(row.value())));
  }

  private static long ordinal(Object value) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    try {
      return Long.parseLong(String.valueOf(value));
    } catch (NumberFormatException e) {
      throw new DataException("header " + ROW + " must be a whole number, got " + value, e);
    }
  }

  private static Optional<String> text(Headers headers, String name, String prefix) {
    Header header = headers.lastWithName(name);
    if (header == null || header.value() == null) {
      return Optional.empty();
    }
    String value = header.value().toString();
    return Optional.of(value.startsWith(prefix) ? value.substring(prefix.length()) : value);
  }

  /**
   * Where a row belongs.
   *
   * @param snapshot opaque id
   * @param ordinal from 1
   */
  public record RowTag(String snapshot, long ordinal) {
    public RowTag {
      if (ordinal < 1) {
        throw new DataException("header " + ROW + " counts from 1, got " + ordinal);
      }
    }
  }
}
