package io.writeback.bigquery;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.api.client.json.gson.GsonFactory;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Rows for tabledata.insertAll, which takes JSON. */
final class InsertBatch implements TableBatch {
  private final Target target;
  private final Encoders encoders;
  private final TypeDetours detours;
  private final Deque<Row> rows = new ArrayDeque<>();
  private final Set<Schema> schemas = new LinkedHashSet<>();
  private long added;
  private long bytes;

  InsertBatch(Target target, Encoders encoders, TypeDetours detours) {
    this.target = target;
    this.detours = detours;
    this.encoders = encoders;
  }

  /**
   * A row.
   *
   * @param json its columns, those without a value left out
   * @param schema of the record
   * @param size of its text in bytes
   */
  record Row(long offset, Map<String, Object> json, Schema schema, int size) {}

  @Override
  public Target target() {
    return target;
  }

  synchronized Set<Schema> schemas() {
    return new LinkedHashSet<>(schemas);
  }

  @Override
  public synchronized void add(SinkRow row) {
    Struct struct = detours.of(target, encoders.row(row));
    ByteArrayOutputStream text = new ByteArrayOutputStream(512);
    Map<String, Object> columns = new LinkedHashMap<>();
    try (JsonGenerator json = NdjsonEncoder.JSON.createGenerator(text)) {
      json.writeStartObject();
      encoders.of(struct.schema()).writeMembers(struct, json);
      json.writeEndObject();
      json.flush();
      GsonFactory.getDefaultInstance()
          .createJsonParser(new java.io.ByteArrayInputStream(text.toByteArray()))
          .parse(columns, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    rows.add(new Row(row.offset(), columns, struct.schema(), text.size()));
    schemas.add(struct.schema());
    added++;
    bytes += text.size();
  }

  @Override
  public void addRejected(SinkRow row) {
    throw new IllegalStateException("only staged batches keep note of rejected rows");
  }

  /** The first rows, within both limits, one at least. */
  synchronized List<Row> next(int most, long mostBytes) {
    List<Row> next = new ArrayList<>();
    long size = 0;
    for (Row row : rows) {
      size += row.size();
      if (!next.isEmpty() && (next.size() == most || size > mostBytes)) {
        break;
      }
      next.add(row);
    }
    return next;
  }

  /** The first rows have landed. */
  synchronized void landed(int count) {
    for (int i = 0; i < count; i++) {
      rows.remove();
    }
  }

  synchronized void keepAfter(long high) {
    rows.removeIf(row -> row.offset() <= high);
  }

  @Override
  public synchronized long rows() {
    return added;
  }

  /** Objects of JSON take several times the room of their text. */
  @Override
  public synchronized long heapBytes() {
    return 4 * rows.stream().mapToLong(Row::size).sum();
  }

  @Override
  public synchronized long encodedBytes() {
    return bytes;
  }

  @Override
  public synchronized void discard() {
    rows.clear();
  }
}
