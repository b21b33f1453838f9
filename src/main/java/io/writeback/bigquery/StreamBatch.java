package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.apache.kafka.connect.data.Struct;

/** Rows of one partition for one table, encoded for the Storage Write API, in requests. */
final class StreamBatch implements TableBatch {
  /** A request takes 20 MB (documentation page "Quotas and limits"); its frame needs some. */
  private static final int MAX_REQUEST_BYTES = (20 << 20) - (8 << 10);

  private final Target target;
  private final ProtoEncoders encoders;
  private final Function<SinkRow, Struct> shape;
  private final LongPredicate landed;
  private final RowTail tail;
  private final int requestBytes;
  private final Deque<RowSegment> segments = new ArrayDeque<>();

  /** Size of the largest row so far: a request is full when it may not take another one. */
  private int largest;

  private long rows;
  private long encoded;

  /**
   * An empty batch.
   *
   * @param shape makes a row of a record
   * @param tail what the sink itself adds to each row
   * @param requestBytes rows up to this size share a request
   * @param landed by offset, which records are left out
   */
  StreamBatch(
      Target target,
      ProtoEncoders encoders,
      Function<SinkRow, Struct> shape,
      RowTail tail,
      int requestBytes,
      LongPredicate landed) {
    this.target = target;
    this.encoders = encoders;
    this.shape = shape;
    this.landed = landed;
    this.tail = tail;
    this.requestBytes = requestBytes - ProtoBuffer.ARRAY_HEADER;
  }

  /** Writes what belongs behind the members of each row. */
  @FunctionalInterface
  interface RowTail {
    void write(SinkRow row, ProtoEncoder encoder, ProtoBuffer out);
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public synchronized void add(SinkRow row) {
    if (landed.test(row.offset())) {
      return;
    }
    Struct value = shape.apply(row);
    ProtoEncoder encoder = encoders.of(target, value.schema());
    RowSegment segment = segments.peekLast();
    if (segment == null
        || segment.encoder() != encoder
        || segment.wireBytes() >= requestBytes
        || segment.bytes().position() + largest > requestBytes) {
      segment = new RowSegment(encoder);
      segments.add(segment);
    }
    ProtoBuffer out = segment.bytes();
    int start = out.position();
    try {
      encoder.write(value, out);
      tail.write(row, encoder, out);
      if (out.position() - start > MAX_REQUEST_BYTES - encoder.schema().getSerializedSize()) {
        throw new BadRowException("a row is larger than the 20 MB that an append takes");
      }
    } catch (BadRowException e) {
      out.backTo(start);
      dropIfEmpty(segment);
      throw e;
    }
    int size = out.position() - start;
    largest = Math.max(largest, size);
    if (start > 0 && out.position() > requestBytes) {
      segment = moved(segment, start);
    }
    segment.added(row.offset());
    rows++;
    encoded += size;
  }

  /** The row does not fit into the request any more, so it begins the next. */
  private RowSegment moved(RowSegment full, int start) {
    ProtoBuffer from = full.bytes();
    RowSegment next = new RowSegment(full.encoder());
    next.bytes().raw(from.array(), start, from.position() - start);
    from.backTo(start);
    from.trim();
    segments.add(next);
    return next;
  }

  private void dropIfEmpty(RowSegment segment) {
    if (segment.rows() == 0) {
      segments.removeLastOccurrence(segment);
    }
  }

  @Override
  public void addRejected(SinkRow row) {
    throw new IllegalStateException("only staged batches keep note of rejected rows");
  }

  /** What is still to be sent. */
  synchronized List<RowSegment> pending() {
    return new ArrayList<>(segments);
  }

  /** The first pending request has landed. */
  synchronized void landed() {
    segments.removeFirst();
  }

  /** Leaves rows out that have landed already; for requests that are not under way. */
  synchronized void keepAfter(long high) {
    segments.removeIf(segment -> !segment.keepAfter(high));
  }

  @Override
  public synchronized long rows() {
    return rows;
  }

  @Override
  public synchronized long heapBytes() {
    return segments.stream().mapToLong(RowSegment::heapBytes).sum();
  }

  @Override
  public synchronized long encodedBytes() {
    return encoded;
  }

  @Override
  public synchronized void discard() {
    segments.clear();
  }
}
