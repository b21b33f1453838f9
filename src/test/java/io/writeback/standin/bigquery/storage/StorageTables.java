package io.writeback.standin.bigquery.storage;

import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.TableId;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What the storage services need of the warehouse. Values are {@code Long, Double, BigDecimal,
 * Boolean, String, byte[], LocalDate, LocalTime, LocalDateTime, Instant}, an {@code Object[]} for a
 * STRUCT, a {@code List} for a repeated field; JSON, GEOGRAPHY and INTERVAL are text. Safe for use
 * by many threads.
 */
public interface StorageTables {
  Optional<StorageTable> find(TableId id);

  /**
   * Whose call this is, empty if the credentials are not valid now.
   *
   * @param authorization the header, or null
   */
  Optional<String> principal(String authorization);

  /**
   * Whether somebody may do this.
   *
   * @param permission such as {@code bigquery.tables.updateData}
   */
  boolean isAllowed(String principal, String permission);

  /** A table as it is now. */
  interface StorageTable {
    TableId id();

    /** Tells it from an earlier or later table of its name. */
    String incarnation();

    List<Field> fields();

    /** Names of the primary key's columns, or empty. */
    List<String> primaryKey();

    /** Location of its dataset, such as {@code US}. */
    String location();

    /** Adds rows, all or none. One value per field, in their order. */
    void append(List<Object[]> rows);

    /** Applies changes by primary key, in their order, all or none. */
    void apply(List<RowChange> changes);

    /**
     * Rows in storage order, one value per field.
     *
     * @param restriction a WHERE condition in GoogleSQL, or empty for all
     */
    Iterator<Object[]> read(String restriction);
  }

  /**
   * A row of a change stream.
   *
   * @param delete removes the row with this key; the other values do not matter then
   * @param sequence sections of {@code _CHANGE_SEQUENCE_NUMBER}, or empty if there was none
   */
  record RowChange(boolean delete, List<Long> sequence, Object[] row) {
    public RowChange {
      sequence = List.copyOf(sequence);
    }
  }
}
