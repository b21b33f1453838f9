package io.writeback.standin.bigquery.storage;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.writeback.standin.FaultPlan;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Runs unary calls with the faults that are armed for them. */
final class FaultGate {
  private static final long LONGEST_HOLD_SECONDS = 120;

  private final FaultPlan<StorageCall, StorageFault> faults;

  FaultGate(FaultPlan<StorageCall, StorageFault> faults) {
    this.faults = faults;
  }

  Optional<StorageFault> next(StorageCall call) {
    return faults.next(call);
  }

  /** Answers a unary call, or does what the fault says. */
  <T> void answer(StorageCall call, StreamObserver<T> observer, Supplier<T> effect) {
    try {
      StorageFault fault = faults.next(call).orElse(null);
      if (fault instanceof StorageFault.Refuse refuse) {
        throw refuse.status().asRuntimeException();
      }
      if (fault instanceof StorageFault.HoldBefore hold) {
        await(hold.released());
      }
      T answer = fault instanceof StorageFault.Pretend pretend ? pretended(pretend) : effect.get();
      if (fault instanceof StorageFault.LoseAnswer) {
        throw io.grpc.Status.UNAVAILABLE.withDescription("connection lost").asRuntimeException();
      }
      if (fault instanceof StorageFault.HoldAnswer hold) {
        await(hold.released());
      }
      observer.onNext(answer);
      observer.onCompleted();
    } catch (StatusRuntimeException e) {
      observer.onError(e);
    } catch (RuntimeException e) {
      observer.onError(StorageErrors.of(e).asCallEnd());
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> T pretended(StorageFault.Pretend pretend) {
    return (T) pretend.answer();
  }

  /** Waits for a test to release the call, bounded so that a broken test ends. */
  static void await(CountDownLatch released) {
    try {
      if (!released.await(LONGEST_HOLD_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a held call was never released");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
