package io.writeback.real;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What a probe has made and opened, undone in the reverse order. Safe for use by many threads: a
 * probe that is given up may still be at work, and what it makes then is undone at once.
 */
public final class Leftovers {
  private final Deque<Leftover> all = new ArrayDeque<>();
  private boolean cleaned;

  private record Leftover(String what, Undo undo) {}

  /** How something is undone. */
  @FunctionalInterface
  public interface Undo {
    void run() throws Exception;
  }

  /**
   * Takes note, before the thing is made.
   *
   * @param what to tell a person who has to undo it by hand
   */
  public void add(String what, Undo undo) {
    synchronized (this) {
      if (!cleaned) {
        all.push(new Leftover(what, undo));
        return;
      }
    }
    attempt(new Leftover(what, undo));
  }

  /** Something to close. */
  public <T extends AutoCloseable> T open(T resource) {
    add("", resource::close);
    return resource;
  }

  /**
   * Undoes everything.
   *
   * @return what could not be undone
   */
  List<String> clean() {
    List<Leftover> due;
    synchronized (this) {
      cleaned = true;
      due = List.copyOf(all);
      all.clear();
    }
    List<String> left = new ArrayList<>();
    for (Leftover leftover : due) {
      if (!attempt(leftover) && !leftover.what().isEmpty()) {
        left.add(leftover.what());
      }
    }
    return left;
  }

  private static boolean attempt(Leftover leftover) {
    try {
      leftover.undo().run();
      return true;
    } catch (Exception e) {
      return false;
    }
  }
}
