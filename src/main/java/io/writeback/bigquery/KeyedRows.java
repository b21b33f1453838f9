package io.writeback.bigquery;

import com.fasterxml.jackson.core.JsonGenerator;
import io.writeback.sink.BadRowException;
import io.writeback.sink.SinkRow;
import io.writeback.sink.Target;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.data.Struct;

/**
 * Records as changes of rows that a key tells apart, the same key for all rows of a table. Rows are
 * made by the task thread; the keys may be asked for by any.
 */
final class KeyedRows implements LoadBatch.Rows {
  private final ChangeRows rows;
  private final TypeDetours detours;
  private final Map<Target, List<String>> keys = new ConcurrentHashMap<>();

  KeyedRows(ChangeRows rows, TypeDetours detours) {
    this.rows = rows;
    this.detours = detours;
  }

  /**
   * The row that a record changes.
   *
   * @throws BadRowException if its key is not whole, or made of other fields than those before it
   */
  Struct of(Target target, SinkRow row) {
    List<String> key = detours.naming().all(rows.keyFields(row));
    List<String> known = keys.putIfAbsent(target, key);
    if (known != null && !known.equals(key) && !new HashSet<>(known).equals(new HashSet<>(key))) {
      throw new BadRowException(
          "the key is made of " + key + ", but other rows of the table have " + known);
    }
    return detours.of(target, rows.of(target, row), key);
  }

  @Override
  public Struct of(Target target, SinkRow row, Encoders encoders) {
    return of(target, encoders.asStruct(row));
  }

  @Override
  public void mark(SinkRow row, JsonGenerator json) throws IOException {
    json.writeNumberField(MergeSql.OFFSET, row.offset());
    json.writeBooleanField(MergeSql.DELETED, row.record().value() == null);
  }

  /** The columns of the key of a table's rows; empty before the first row. */
  List<String> of(Target target) {
    return keys.getOrDefault(target, List.of());
  }
}
