package io.writeback.domo;

import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The source offset of a row read by its cursor. As with {@link RowOffset}, the map is made when
 * somebody looks.
 */
final class CursorOffset extends AbstractMap<String, Object> {
  private final Map<String, Object> shared;
  private final SourcePosition.Cursor cursor;

  /**
   * An offset.
   *
   * @param shared what all rows of a page have in common
   * @param cursor up to which row everything is sent, or null before the first
   */
  CursorOffset(Map<String, Object> shared, SourcePosition.Cursor cursor) {
    this.shared = shared;
    this.cursor = cursor;
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    Map<String, Object> all = new LinkedHashMap<>(shared);
    SourcePosition.put(all, cursor);
    return all.entrySet();
  }
}
