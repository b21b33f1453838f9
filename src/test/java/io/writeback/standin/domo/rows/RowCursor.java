package io.writeback.standin.domo.rows;

/** One pass over the rows of a {@link RowSource}. Used by one thread. */
public interface RowCursor extends AutoCloseable {
  /**
   * The next row, or null after the last. A cell is its canonical text, null is null and "" is the
   * empty string. The array belongs to the caller.
   */
  String[] next();

  @Override
  default void close() {}
}
