package io.writeback.sink;

/**
 * Rows of one range for one target, encoded as they come. A destination may upload full parts in
 * the background. Not safe for use by several threads.
 */
public interface TableBatch {
  Target target();

  /**
   * Encodes a row.
   *
   * @throws BadRowException if the row cannot be written; the batch is then as it was before
   */
  void add(SinkRow row);

  /**
   * Takes note of a row of a snapshot that has been reported instead of staged, so that the count
   * of its ordinals is still complete. Called for staged batches only.
   */
  void addRejected(SinkRow row);

  /** Rows added, without the rejected. */
  long rows();

  /** Bytes of heap that the batch holds now; parts already uploaded do not count. */
  long heapBytes();

  /** Bytes encoded so far, uploaded or not, before compression if there is any. */
  long encodedBytes();

  /**
   * Drops everything, uploaded parts included. Called only if the batch was never given to {@link
   * Destination#commit}; by any thread, maybe more than once.
   */
  void discard();
}
