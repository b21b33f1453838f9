package io.writeback.redshift;

import io.writeback.sink.BadRowException;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Rows of a range for one target. Rows of each schema go into an object of their own, because a
 * COPY has one list of columns; a full object is uploaded while the next one grows.
 *
 * <p>Used by the task thread until the commit, and discarded by any: hence synchronized.
 */
final class RedshiftBatch implements TableBatch {
  private final RedshiftClaim claim;
  private final long start;
  private final Target target;
  private final Optional<String> snapshot;
  private final BatchParts parts;
  private final long partBytes;
  private final String nonce = UUID.randomUUID().toString().substring(0, 8);
  private final CsvRow csv = new CsvRow();
  private final Map<Schemas, RowEncoder> encoders = new HashMap<>();
  private final Map<OpenKey, ObjectWriter> open = new LinkedHashMap<>();
  private final List<Upload> uploads = new ArrayList<>();
  private Schema lastKey;
  private Schema lastValue;
  private RowEncoder lastEncoder;
  private int objects;
  private long rows;
  private long encodedBytes;
  private long cut;
  private long nulled;
  private long rejected;
  private long rejectedOrdinals;
  private long firstOffset = -1;
  private boolean discarded;
  private List<String> key = List.of();

  /** What all batches of a destination share. */
  record BatchParts(
      S3Stage stage,
      ObjectKeys keys,
      ChunkPool pool,
      S3Settings settings,
      RowLayout layout,
      PartSize partSize) {}

  /** What an encoder is made for. */
  private record Schemas(Schema key, Schema value) {}

  private record OpenKey(RowEncoder encoder, int nullToken) {}

  RedshiftBatch(
      RedshiftClaim claim, long start, Target target, Optional<String> snapshot, BatchParts parts) {
    this.claim = claim;
    this.start = start;
    this.target = target;
    this.snapshot = snapshot;
    this.parts = parts;
    this.partBytes = parts.partSize().bytes(target);
  }

  @Override
  public Target target() {
    return target;
  }

  /** The snapshot that the rows are staged for, or empty if they land in the target. */
  Optional<String> snapshot() {
    return snapshot;
  }

  @Override
  public synchronized void add(SinkRow row) {
    Struct value = parts.layout().value(row.record());
    Schema keySchema = parts.layout().keySchema(row.record());
    RowEncoder encoder = encoder(keySchema, valueSchema(keySchema, value));
    int token = 0;
    csv.begin(NullToken.bytes(token));
    while (!encoder.encode(row, value, csv)) {
      token++;
      csv.begin(NullToken.bytes(token));
    }
    append(encoder, token, row);
  }

  private void append(RowEncoder encoder, int token, SinkRow row) {
    OpenKey key = new OpenKey(encoder, token);
    ObjectWriter writer = open.get(key);
    if (writer == null) {
      writer = newObject(encoder, token);
      open.put(key, writer);
    }
    writer.add(csv, row.offset(), row.ordinal().orElse(0));
    note(row);
    rows++;
    encodedBytes += csv.length();
    cut += csv.cut();
    nulled += csv.nulled();
    if (writer.size() >= partBytes) {
      open.remove(key);
      Upload upload = writer.finish();
      uploads.add(upload);
      // A failure is seen, and the upload repeated, by the commit, which waits for it.
      upload.begin(parts.stage());
    }
  }

  @Override
  public synchronized void addRejected(SinkRow row) {
    note(row);
    rejected++;
    rejectedOrdinals += Ordinals.fingerprint(row.ordinal().orElse(0));
  }

  private void note(SinkRow row) {
    if (firstOffset < 0) {
      firstOffset = row.offset();
    }
  }

  /** A tombstone goes where the rows before it went, if that is possible: one COPY for both. */
  private Schema valueSchema(Schema keySchema, Struct value) {
    if (value != null) {
      return value.schema();
    }
    return keySchema == lastKey && parts.layout().tombstonesFitAmongRows() ? lastValue : null;
  }

  private RowEncoder encoder(Schema keySchema, Schema valueSchema) {
    if (lastEncoder == null || keySchema != lastKey || valueSchema != lastValue) {
      RowEncoder encoder =
          encoders.computeIfAbsent(
              new Schemas(keySchema, valueSchema),
              schemas -> parts.layout().encoder(keySchema, valueSchema));
      keyIs(encoder.key());
      lastEncoder = encoder;
      lastKey = keySchema;
      lastValue = valueSchema;
    }
    return lastEncoder;
  }

  private void keyIs(List<String> columns) {
    if (key.isEmpty()) {
      key = columns;
    } else if (!key.equals(columns)) {
      throw new BadRowException(
          "key is made of " + columns + ", that of earlier rows of the table of " + key);
    }
  }

  /** Columns of the key; empty without rows, and if rows have none. */
  synchronized List<String> key() {
    return key;
  }

  private ObjectWriter newObject(RowEncoder encoder, int token) {
    Compression compression = parts.settings().compression();
    String key = parts.keys().object(claim, start, nonce, ++objects, compression.suffix());
    return new ObjectWriter(key, encoder, token, compression, parts.pool());
  }

  /** Ends all objects and starts their uploads, so that they run side by side. Repeatable. */
  synchronized void beginStaging() {
    open.values().forEach(writer -> uploads.add(writer.finish()));
    open.clear();
    uploads.forEach(upload -> upload.begin(parts.stage()));
  }

  /** Begins to stage what has not begun, and waits for the end. Repeatable. */
  List<StagedObject> stage() {
    beginStaging();
    List<Upload> all;
    synchronized (this) {
      all = List.copyOf(uploads);
    }
    all.forEach(Upload::await);
    return all.stream().map(Upload::object).toList();
  }

  @Override
  public synchronized long rows() {
    return rows;
  }

  /** Values that were shortened. */
  synchronized long cut() {
    return cut;
  }

  /** Values that were replaced by null. */
  synchronized long nulled() {
    return nulled;
  }

  /**
   * The offset of a line of an object of this batch.
   *
   * @param byRecord asked only if it matters
   */
  synchronized OptionalLong offset(String key, long line, BooleanSupplier byRecord) {
    return uploads.stream()
        .filter(upload -> upload.object().key().equals(key))
        .map(Upload::index)
        .map(index -> index.offset(line, index.hasLongRows() && byRecord.getAsBoolean()))
        .findFirst()
        .orElse(OptionalLong.empty());
  }

  /** The offsets of all rows of an object; none if it is not of this batch. */
  synchronized List<Long> offsets(String key) {
    return uploads.stream()
        .filter(upload -> upload.object().key().equals(key))
        .flatMap(upload -> upload.index().offsets().stream())
        .toList();
  }

  synchronized long rejected() {
    return rejected;
  }

  synchronized long rejectedOrdinals() {
    return rejectedOrdinals;
  }

  /** Offset of the first row, staged or rejected; -1 without any. */
  synchronized long firstOffset() {
    return firstOffset;
  }

  @Override
  public synchronized long heapBytes() {
    long bytes = 0;
    for (ObjectWriter writer : open.values()) {
      bytes += writer.heapBytes();
    }
    for (Upload upload : uploads) {
      bytes += upload.heapBytes();
    }
    return bytes;
  }

  @Override
  public synchronized long encodedBytes() {
    return encodedBytes;
  }

  @Override
  public synchronized void discard() {
    if (!discarded) {
      discarded = true;
      open.values().forEach(ObjectWriter::discard);
      open.clear();
      uploads.forEach(upload -> upload.discard(parts.stage()));
    }
  }

  /**
   * Gives the heap back and leaves the objects: for a batch that went through a commit, which may
   * have registered them although nobody knows.
   */
  synchronized void release() {
    discarded = true;
    open.values().forEach(ObjectWriter::discard);
    open.clear();
    uploads.forEach(Upload::release);
  }
}
