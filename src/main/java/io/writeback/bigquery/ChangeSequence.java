package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import io.writeback.sink.SinkRow;
import java.util.Date;
import java.util.Locale;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;

/**
 * The number by which BigQuery orders changes of one key, whatever order they come in: generation,
 * then what the configuration orders by, then the offset; hexadecimal, separated by slashes
 * (documentation page "Stream table updates with change data capture"). A change that is delivered
 * again gets the same number.
 */
record ChangeSequence(long generation, Source source, String name) {
  /** What orders the changes of one key. */
  enum Source {
    /** The place in the partition: one topic per table, and a fixed number of partitions. */
    OFFSET,
    /** The time of the record. */
    TIMESTAMP,
    /** A number or a time in the record's value. */
    FIELD,
    /** A number in a header. */
    HEADER
  }

  /** Reads {@code offset}, {@code timestamp}, {@code field:<name>} or {@code header:<name>}. */
  static ChangeSequence parse(String text, long generation) {
    int colon = text.indexOf(':');
    String source = colon < 0 ? text : text.substring(0, colon);
    return new ChangeSequence(
        generation,
        Source.valueOf(source.toUpperCase(Locale.ROOT)),
        colon < 0 ? "" : text.substring(colon + 1));
  }

  /**
   * The number of a row.
   *
   * @throws BadRowException if it lacks what orders it
   */
  String of(SinkRow row) {
    long high =
        switch (source) {
          case OFFSET -> 0;
          case TIMESTAMP -> number(row.record().timestamp(), "a timestamp");
          case FIELD -> number(field(row), "a number in its field " + name);
          case HEADER -> number(header(row), "a number in its header " + name);
        };
    return Long.toHexString(generation)
        + '/'
        + Long.toHexString(high)
        + '/'
        + Long.toHexString(row.offset());
  }

  private Object field(SinkRow row) {
    Object in = row.record().value() == null ? row.record().key() : row.record().value();
    if (in instanceof Struct struct) {
      Field field = struct.schema().field(name);
      return field == null ? null : struct.get(field);
    }
    return null;
  }

  private Object header(SinkRow row) {
    Header header = row.record().headers().lastWithName(name);
    return header == null ? null : header.value();
  }

  private static long number(Object value, String what) {
    long number = -1;
    if (value instanceof Long || value instanceof Integer || value instanceof Short) {
      number = ((Number) value).longValue();
    } else if (value instanceof Date time) {
      number = time.getTime();
    } else if (value instanceof String text && text.matches("[0-9]{1,18}")) {
      number = Long.parseLong(text);
    }
    if (number < 0) {
      throw new BadRowException(
          "a change is expected to have " + what + ", 0 or more, which orders it among others");
    }
    return number;
  }
}
