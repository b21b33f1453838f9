package io.writeback.sink;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.MDC;

/**
 * Runs what blocks on worker threads and hands results back to the task thread, which takes them
 * when it is ready: no decision is made anywhere else.
 */
final class Background {
  /** Enough for commits of many partitions that wait for jobs, few enough for a small worker. */
  private static final int THREADS = 16;

  private final Executor executor;
  private final Queue<Runnable> results = new ConcurrentLinkedQueue<>();
  private final AtomicInteger running = new AtomicInteger();

  Background(Executor executor) {
    this.executor = executor;
  }

  static Background named(String name) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name + "-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return new Background(pool);
  }

  /**
   * Starts work.
   *
   * @param whenDone gets the result or the failure, on the task thread, in {@link #takeResults}
   * @return done when the work is; its own result says nothing
   */
  <T> CompletableFuture<Void> start(Supplier<T> work, BiConsumer<T, Throwable> whenDone) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Map<String, String> logContext = MDC.getCopyOfContextMap();
    running.incrementAndGet();
    executor.execute(
        () -> {
          if (logContext != null) {
            MDC.setContextMap(logContext);
          }
          try {
            T result = work.get();
            results.add(() -> whenDone.accept(result, null));
          } catch (RuntimeException | Error failure) {
            results.add(() -> whenDone.accept(null, failure));
          } finally {
            running.decrementAndGet();
            done.complete(null);
          }
        });
    return done;
  }

  /** Starts work that nobody waits for. */
  <T> void run(Supplier<T> work, BiConsumer<T, Throwable> whenDone) {
    CompletableFuture<Void> unused = start(work, whenDone);
  }

  /** Whether anything runs or waits to be taken. */
  boolean busy() {
    return running.get() > 0 || !results.isEmpty();
  }

  /** Hands over what has finished. Task thread, within {@code put} only. */
  void takeResults() {
    for (Runnable result = results.poll(); result != null; result = results.poll()) {
      result.run();
    }
  }

  /**
   * Waits for work to end, without taking results.
   *
   * @return whether it ended in time
   */
  static boolean await(CompletableFuture<?> work, long timeoutMs) {
    try {
      work.get(Math.max(0, timeoutMs), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      return true;
    }
  }

  /** Interrupts what still runs. */
  void stop() {
    if (executor instanceof ExecutorService service) {
      service.shutdownNow();
    }
  }
}
