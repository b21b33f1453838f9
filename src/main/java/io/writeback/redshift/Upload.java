package io.writeback.redshift;

import io.writeback.retry.FaultException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A whole object on its way to the bucket. It keeps its bytes until they are there, so that a
 * failed upload can be tried again. Safe for use by many threads.
 */
final class Upload {
  private final StagedObject object;
  private final ChunkedBytes bytes;
  private final RowIndex index;
  private CompletableFuture<Void> attempt;
  private boolean dropped;

  Upload(StagedObject object, ChunkedBytes bytes, RowIndex index) {
    this.object = object;
    this.bytes = bytes;
    this.index = index;
  }

  StagedObject object() {
    return object;
  }

  /** Which offset each line of the object comes from. */
  RowIndex index() {
    return index;
  }

  /** Starts, unless it has been started and has not failed. */
  synchronized void begin(S3Stage stage) {
    if (dropped) {
      throw new CancellationException("the batch was discarded");
    }
    if (attempt == null || attempt.isCompletedExceptionally()) {
      attempt = stage.upload(object.key(), bytes).whenComplete((ok, failure) -> ended(failure));
    }
  }

  /**
   * Waits until the object is staged.
   *
   * @throws FaultException if it cannot be staged now
   */
  void await() {
    CompletableFuture<Void> running;
    synchronized (this) {
      running = attempt;
    }
    try {
      running.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof FaultException fault) {
        throw fault;
      }
      throw e;
    }
  }

  synchronized long heapBytes() {
    return bytes.heapBytes() + index.heapBytes();
  }

  /** Gives the heap back, now or when the upload has ended. */
  synchronized void release() {
    dropped = true;
    if (attempt == null || attempt.isDone()) {
      bytes.release();
    }
  }

  /** Also deletes the object, for an upload that no commit has ever seen. */
  synchronized void discard(S3Stage stage) {
    release();
    if (attempt != null) {
      attempt = attempt.whenComplete((ok, failure) -> stage.deleteLater(List.of(object.key())));
    }
  }

  private synchronized void ended(Throwable failure) {
    if (failure == null || dropped) {
      bytes.release();
    }
  }
}
