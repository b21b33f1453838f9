package io.writeback.real;

/**
 * What a probe found.
 *
 * @param words what was seen; may be empty
 */
record Finding(String probe, Verdict verdict, String words) {
  /** What it means. */
  enum Verdict {
    HOLDS("holds"),
    BROKEN("BROKEN"),
    SKIPPED("skipped"),
    /** It could not be asked, so nothing is known. */
    UNCLEAR("UNCLEAR");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }
  }

  /** Whether somebody has to look at it. */
  boolean alarms() {
    return verdict == Verdict.BROKEN || verdict == Verdict.UNCLEAR;
  }

  String line() {
    return "probe  " + probe + "  " + verdict.word + (words.isEmpty() ? "" : "  " + words);
  }
}
