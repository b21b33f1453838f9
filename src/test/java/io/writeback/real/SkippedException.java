package io.writeback.real;

/** There is nothing to ask about. The message says why. */
public final class SkippedException extends Exception {
  private static final long serialVersionUID = 1L;

  public SkippedException(String why) {
    super(why);
  }
}
