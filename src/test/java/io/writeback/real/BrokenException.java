package io.writeback.real;

import java.util.Locale;

/** The service does otherwise than a guarantee needs. The message says what was seen. */
public final class BrokenException extends Exception {
  private static final long serialVersionUID = 1L;

  public BrokenException(String seen) {
    super(seen);
  }

  /** Makes sure of something. */
  public static void unless(boolean holds, String otherwise, Object... values)
      throws BrokenException {
    if (!holds) {
      throw new BrokenException(String.format(Locale.ROOT, otherwise, values));
    }
  }
}
