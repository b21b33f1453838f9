package io.writeback.domo;

import java.nio.charset.StandardCharsets;

/**
 * Which task owns a DataSet: a pure function, so that tasks agree without talking, and one DataSet
 * more or one task more moves few of the others.
 */
final class Rendezvous {
  private Rendezvous() {}

  /**
   * The owner.
   *
   * @return a number in [0, tasks)
   */
  static int owner(String dataset, int tasks) {
    int best = 0;
    long highest = Long.MIN_VALUE;
    for (int task = 0; task < tasks; task++) {
      long weight = weight(dataset, task);
      if (weight > highest) {
        highest = weight;
        best = task;
      }
    }
    return best;
  }

  private static long weight(String dataset, int task) {
    long h = 0xCBF29CE484222325L ^ (task * 0x9E3779B97F4A7C15L);
    for (byte b : dataset.getBytes(StandardCharsets.UTF_8)) {
      h = (h ^ b) * 0x100000001B3L;
    }
    h ^= h >>> 32;
    h *= 0xD6E8FEB86659FD93L;
    return h ^ (h >>> 32);
  }
}
