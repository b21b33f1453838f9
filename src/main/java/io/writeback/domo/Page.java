package io.writeback.domo;

import java.util.List;
import org.apache.kafka.connect.data.Struct;

/**
 * Rows of a DataSet in the order of its cursor, ready to be sent.
 *
 * @param name of the DataSet
 * @param config fingerprint of the settings
 * @param before the position that it follows
 * @param rows at least one
 * @param end the last row read, from where to read on
 * @param more whether Domo had more rows when this was read
 */
record Page(
    String dataset,
    String name,
    String topic,
    RecordShape shape,
    String config,
    SourcePosition before,
    List<Row> rows,
    CursorColumns.Point end,
    boolean more)
    implements Work {
  Page {
    rows = List.copyOf(rows);
  }

  /**
   * A row.
   *
   * @param bytes about its size
   * @param reached up to where everything is sent once this row is, or null
   */
  record Row(Struct value, int bytes, SourcePosition.Cursor reached) {}

  /** The position once the page is in Kafka. */
  SourcePosition after() {
    return before.at(config, rows.get(rows.size() - 1).reached());
  }
}
