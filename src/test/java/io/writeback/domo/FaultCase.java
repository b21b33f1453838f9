package io.writeback.domo;

import java.util.function.Consumer;

/**
 * A row of the fault matrix: what Domo does wrong, and how the source has to end.
 *
 * @param words a part of the warning that the operator gets; nothing if nobody needs one
 * @param arm prepares the fault
 */
record FaultCase(String fault, Ending ending, String words, Consumer<FaultScene> arm) {
  /** How it ends. Whatever it is, no row of anything but the right version goes out. */
  enum Ending {
    /** The first attempt gives the version: nobody is bothered. */
    HARMLESS,
    /** A warning; a later attempt gives the version. */
    RETRIED,
    /** The DataSet is held with a warning as long as the fault lasts, and goes on after it. */
    HELD,
    /** As held, but for every DataSet: it is about the credentials. */
    PAUSED
  }

  static FaultCase harmless(String fault, Consumer<FaultScene> arm) {
    return new FaultCase(fault, Ending.HARMLESS, "", arm);
  }

  static FaultCase retried(String fault, String words, Consumer<FaultScene> arm) {
    return new FaultCase(fault, Ending.RETRIED, words, arm);
  }

  static FaultCase held(String fault, String words, Consumer<FaultScene> arm) {
    return new FaultCase(fault, Ending.HELD, words, arm);
  }

  static FaultCase paused(String fault, String words, Consumer<FaultScene> arm) {
    return new FaultCase(fault, Ending.PAUSED, words, arm);
  }

  boolean lasts() {
    return ending == Ending.HELD || ending == Ending.PAUSED;
  }

  /** The name of the test. */
  @Override
  public String toString() {
    return fault + " -> " + ending + (words.isEmpty() ? "" : " \"" + words + "\"");
  }
}
