package io.writeback.bigquery;

import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import io.writeback.sink.Target;
import java.util.OptionalLong;

/**
 * The calls of the Storage Write API that the sink makes. Each fails with a {@link StorageFailure}.
 * Safe for use by many threads.
 */
interface WriteStreams extends AutoCloseable {
  /**
   * Makes a stream whose rows are visible as soon as they are acknowledged.
   *
   * @return its name, which the service chooses
   */
  String create(Target table);

  /**
   * Ends a stream: no append can land on it afterwards, whoever sends it. Repeating it is harmless.
   *
   * @return how many rows it has; empty if it is not there any more
   */
  OptionalLong finish(String stream);

  /** A connection for appends, which is open at once and fails at the first answer if it is not. */
  Connection connect(String stream);

  /** The stream of a table that is always there, takes no offsets and cannot be ended. */
  String defaultStream(Target table);

  @Override
  void close();

  /** One connection: answers come in the order of the requests. For one thread at a time. */
  interface Connection extends AutoCloseable {
    void send(AppendRowsRequest request);

    /**
     * The next answer, with or without an error in it.
     *
     * @throws StorageFailure if the connection has ended, or nothing comes for too long; it is then
     *     of no more use
     */
    AppendRowsResponse answer();

    @Override
    void close();
  }
}
