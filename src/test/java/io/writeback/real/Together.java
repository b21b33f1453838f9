package io.writeback.real;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Starts several things at one moment. */
public final class Together {
  private Together() {}

  /** The results, in the order of the tasks; the first failure is thrown once all have ended. */
  public static <T> List<T> run(List<Callable<T>> tasks) throws Exception {
    CyclicBarrier start = new CyclicBarrier(tasks.size());
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<Callable<T>> atOnce = new ArrayList<>();
      for (Callable<T> task : tasks) {
        atOnce.add(
            () -> {
              start.await();
              return task.call();
            });
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(atOnce)) {
        try {
          results.add(result.get());
        } catch (ExecutionException e) {
          throw e.getCause() instanceof Exception failure ? failure : e;
        }
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
