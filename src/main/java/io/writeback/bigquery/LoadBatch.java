package io.writeback.bigquery;

import com.fasterxml.jackson.core.JsonGenerator;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Rows for one load job: compressed JSON lines, on the heap until the job has them. */
final class LoadBatch implements TableBatch {
  private final Target target;
  private final Optional<String> snapshot;
  private final Encoders encoders;
  private final Rows shape;
  private final GzipRows lines;
  private final Set<Schema> schemas = new LinkedHashSet<>();
  private final Scratch scratch = new Scratch();
  private String stagingJob = newStagingJob();
  private long rows;

  /** What a record is as a row. */
  interface Rows {
    /** Just its value, as its table takes it. */
    static Rows values(TypeDetours detours) {
      return shaped(detours::of);
    }

    /** Just its value, as somebody makes it fit. */
    static Rows shaped(BiFunction<Target, Struct, Struct> shape) {
      return new Rows() {
        @Override
        public Struct of(Target target, SinkRow row, Encoders encoders) {
          return shape.apply(target, encoders.row(row));
        }

        @Override
        public void mark(SinkRow row, JsonGenerator json) {
          // Nothing besides.
        }
      };
    }

    /**
     * The columns of a record.
     *
     * @throws io.writeback.sink.BadRowException if it is no row
     */
    Struct of(Target target, SinkRow row, Encoders encoders);

    /** Writes what is loaded besides the columns. */
    void mark(SinkRow row, JsonGenerator json) throws IOException;
  }

  LoadBatch(Target target, Optional<String> snapshot, Encoders encoders) {
    this(target, snapshot, encoders, Rows.values(new TypeDetours(ColumnNaming.UNDERSCORE, false)));
  }

  LoadBatch(Target target, Optional<String> snapshot, Encoders encoders, Rows shape) {
    this.target = target;
    this.snapshot = snapshot;
    this.encoders = encoders;
    this.shape = shape;
    this.lines = new GzipRows();
  }

  @Override
  public Target target() {
    return target;
  }

  /** The snapshot that the rows are staged for, or empty if they go to the target. */
  Optional<String> snapshot() {
    return snapshot;
  }

  /** Schemas of the rows, in the order they came. */
  synchronized Set<Schema> schemas() {
    return new LinkedHashSet<>(schemas);
  }

  /**
   * The id of the job that stages this batch. Random, because a row staged twice counts once; kept,
   * so that a repetition finds the job whose acknowledgement was lost.
   */
  synchronized String stagingJob() {
    return stagingJob;
  }

  /** The job under the current id has failed; the next one needs another. */
  synchronized void renewStagingJob() {
    stagingJob = newStagingJob();
  }

  private static String newStagingJob() {
    return "wb-stage-" + UUID.randomUUID();
  }

  @Override
  public synchronized void add(SinkRow row) {
    Struct struct = shape.of(target, row, encoders);
    NdjsonEncoder encoder = encoders.of(struct.schema());
    scratch.reset();
    try (JsonGenerator json = NdjsonEncoder.JSON.createGenerator(scratch)) {
      json.writeStartObject();
      encoder.writeMembers(struct, json);
      shape.mark(row, json);
      if (snapshot.isPresent()) {
        json.writeNumberField(BigQuerySql.ROW_COLUMN, row.ordinal().orElseThrow());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    append(row);
    rows++;
    schemas.add(struct.schema());
  }

  @Override
  public synchronized void addRejected(SinkRow row) {
    scratch.reset();
    try (JsonGenerator json = NdjsonEncoder.JSON.createGenerator(scratch)) {
      json.writeStartObject();
      json.writeNumberField(BigQuerySql.ROW_COLUMN, row.ordinal().orElseThrow());
      json.writeBooleanField(BigQuerySql.REJECTED_COLUMN, true);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    append(row);
  }

  private void append(SinkRow row) {
    scratch.write('\n');
    lines.add(scratch.array(), scratch.size(), row.offset());
  }

  @Override
  public synchronized long rows() {
    return rows;
  }

  /** Rows and markers: what the job must put out. */
  synchronized long lines() {
    return lines.rows();
  }

  @Override
  public synchronized long heapBytes() {
    return lines.heapBytes();
  }

  @Override
  public synchronized long encodedBytes() {
    return lines.rawBytes();
  }

  /** The compressed lines; nothing is added any more. */
  synchronized GzipRows finish() {
    lines.close();
    return lines;
  }

  @Override
  public synchronized void discard() {
    lines.close();
  }

  private static final class Scratch extends ByteArrayOutputStream {
    Scratch() {
      super(1 << 10);
    }

    byte[] array() {
      return buf;
    }
  }
}
