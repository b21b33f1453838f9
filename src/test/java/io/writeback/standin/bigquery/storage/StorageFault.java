package io.writeback.standin.bigquery.storage;

import com.google.protobuf.Message;
import io.grpc.Status;
import java.util.concurrent.CountDownLatch;

/** What goes wrong with a call. */
public sealed interface StorageFault {
  /** The call ends with the status and has had no effect. */
  record Refuse(Status status) implements StorageFault {}

  /** The call has its effect; the connection ends with UNAVAILABLE instead of an answer. */
  record LoseAnswer() implements StorageFault {}

  /**
   * The append has its effect and is answered with an error inside the stream, as was seen on the
   * real service within the propagation window of a new column.
   */
  record FailYetLand(Status status) implements StorageFault {}

  /** An append is answered with an error inside the stream and has had no effect. */
  record RefuseInStream(Status status) implements StorageFault {}

  /** The call has no effect, and this is its answer; not for appends. */
  record Pretend(Message answer) implements StorageFault {}

  /** The call waits for the latch before it has its effect. */
  record HoldBefore(CountDownLatch released) implements StorageFault {}

  /** The call has its effect, and is answered only after the latch is released. */
  record HoldAnswer(CountDownLatch released) implements StorageFault {}
}
