package io.writeback.sink;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Runs work at once, or keeps it until the test lets it run. */
final class HeldExecutor implements Executor {
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean holding;

  @Override
  public void execute(Runnable work) {
    if (holding) {
      waiting.add(work);
    } else {
      work.run();
    }
  }

  void hold() {
    holding = true;
  }

  int size() {
    return waiting.size();
  }

  /** Runs the piece of waiting work with this index. */
  void runOne(int index) {
    waiting.remove(index).run();
  }

  /** Runs everything and holds no longer. */
  void letGo() {
    holding = false;
    while (!waiting.isEmpty()) {
      runOne(0);
    }
  }
}
