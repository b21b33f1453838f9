package io.writeback.redshift;

import java.util.Locale;

/**
 * What happens to values that Redshift cannot store as they are. Whatever changes a value is
 * counted in the log table.
 *
 * @param oversize of texts and bytes that are longer than their type
 * @param nul of texts with a NUL character
 * @param emptyBytes of VARBYTE values without a byte, which COPY reads as null
 */
record ValuePolicy(Choice oversize, Choice nul, Choice emptyBytes) {
  /** Every such record is reported. */
  static final ValuePolicy STRICT = new ValuePolicy(Choice.FAIL, Choice.FAIL, Choice.FAIL);

  /** What is done. */
  enum Choice {
    /** The record is reported as errant. */
    FAIL,
    /** What is too much goes: the end of a long value, the NUL characters of a text. */
    TRUNCATE,
    /** The value becomes null. */
    NULL;

    static Choice of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }
}
