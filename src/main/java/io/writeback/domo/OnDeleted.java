package io.writeback.domo;

import java.util.Locale;

/** What to do when a DataSet is deleted, not visible, or not selected any more. */
enum OnDeleted {
  /** Held, with a warning; with {@code domo.dataset.failure=fail} the task fails. */
  FAIL,
  /** Nothing, apart from one warning. */
  IGNORE,
  /** One version without rows is sent. */
  EMPTY;

  static OnDeleted of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
