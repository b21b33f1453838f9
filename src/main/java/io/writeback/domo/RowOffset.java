package io.writeback.domo;

import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The source offset of a row. Every row has its own, so that whatever part of a batch is committed
 * says how far it goes; only the last one of a transaction is ever written, so the map itself is
 * made when somebody looks.
 */
final class RowOffset extends AbstractMap<String, Object> {
  private final Base base;
  private final long row;

  RowOffset(Base base, long row) {
    this.base = base;
    this.row = row;
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    if (base.rowKey == null) {
      return base.shared.entrySet();
    }
    Map<String, Object> all = new LinkedHashMap<>(base.shared);
    all.put(base.rowKey, row);
    return all.entrySet();
  }

  /** The part that all rows of a snapshot share. */
  static final class Base {
    private final Map<String, Object> shared;
    private final String rowKey;

    /**
     * The shared part.
     *
     * @param rowKey name of the row's ordinal, or null to leave it out
     */
    Base(Map<String, Object> shared, String rowKey) {
      this.shared = Map.copyOf(shared);
      this.rowKey = rowKey;
    }

    RowOffset at(long row) {
      return new RowOffset(this, row);
    }
  }
}
