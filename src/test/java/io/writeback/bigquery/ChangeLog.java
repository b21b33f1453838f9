package io.writeback.bigquery;

import io.writeback.sink.SinkRow;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A log of changes over two tables. Offset o changes key o % 3 of table o % 2; every fourth change
 * removes the row; some offsets have no row at all.
 */
final class ChangeLog {
  static final int CHANGES = 11;
  static final Schema KEY = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();
  static final Schema VALUE =
      SchemaBuilder.struct().field("note", Schema.OPTIONAL_STRING_SCHEMA).build();

  private ChangeLog() {}

  static boolean isRow(long offset) {
    return offset % 7 != 5;
  }

  private static boolean isTombstone(long offset) {
    return offset % 4 == 3;
  }

  static int table(long offset) {
    return (int) (offset % 2);
  }

  /** The change at an offset that has one. */
  static SinkRow at(long offset) {
    return row(offset, offset % 3, isTombstone(offset) ? null : "change " + offset);
  }

  /** What a table holds in the end: notes by key. */
  static Map<String, String> expected(int table) {
    Map<String, String> rows = new TreeMap<>();
    for (long offset = table; offset < CHANGES; offset += 2) {
      if (isRow(offset) && isTombstone(offset)) {
        rows.remove(Long.toString(offset % 3));
      } else if (isRow(offset)) {
        rows.put(Long.toString(offset % 3), "change " + offset);
      }
    }
    return rows;
  }

  static SinkRow row(long offset, long id, String note) {
    Struct value = note == null ? null : new Struct(VALUE).put("note", note);
    return new SinkRow(
        new SinkRecord(
            BigQueryRig.TP.topic(),
            BigQueryRig.TP.partition(),
            KEY,
            new Struct(KEY).put("id", id),
            value == null ? null : VALUE,
            value,
            offset),
        offset,
        OptionalLong.empty());
  }
}
