package io.writeback.bigquery;

import java.util.Locale;

/** What becomes of a field whose type no longer fits its column. */
enum TypeChange {
  /** Values that the column takes are written; rows with others are errant. */
  ROWS,
  /** The field goes to a column beside, which bears its type in its name. */
  COLUMN,
  /** Nothing is written until somebody changes the column or the records. */
  FAIL;

  static TypeChange of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
