package io.writeback.domo;

import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Something of one DataSet on its way to Kafka, batch by batch. {@link #step} and {@link #close}
 * belong to the task's thread; {@link #acknowledged} may come from any.
 */
interface Emission extends AutoCloseable {
  /** What it sends. */
  Work work();

  /**
   * Goes on. Touches the disk at most, never the network.
   *
   * @throws ConnectException if the task must fail
   */
  Step step();

  /**
   * The end of one of its records.
   *
   * @param metadata where it is, or null if it was dropped
   * @return whether {@link #step} can do more now
   */
  boolean acknowledged(RowRecord record, RecordMetadata metadata);

  /** Frees what lies on disk; called when it has ended, whichever way. */
  void discard();

  @Override
  void close();

  /** What a step led to. */
  sealed interface Step {
    /** Records for Connect. */
    record Batch(List<SourceRecord> records) implements Step {}

    /** Nothing to send before acknowledgements come. */
    record Waiting() implements Step {}

    /** Everything is in Kafka. */
    record Finished() implements Step {}

    /** It ends before everything is there, and another attempt would end the same way. */
    record Abandoned(String reason) implements Step {}

    /** It ends before everything is there; another attempt may go better. */
    record Withdrawn(String reason) implements Step {}
  }
}
