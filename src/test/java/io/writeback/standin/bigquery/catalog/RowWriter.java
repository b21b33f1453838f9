package io.writeback.standin.bigquery.catalog;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Appends rows of Java values (the types of {@link RowReader}) to one table, inside the caller's
 * transaction. Nothing is there for others before that commits.
 */
public final class RowWriter implements AutoCloseable {
  private final StoreSession session;
  private final StoredTable table;
  private final List<Field> fields;
  private final DuckDBAppender appender;
  private final Instant partitionTime;
  private long rows;

  /**
   * Opens a writer.
   *
   * @param partitionTime for a table partitioned by ingestion time; null is the unpartitioned
   *     buffer
   */
  public RowWriter(StoreSession session, StoredTable table, Instant partitionTime)
      throws SQLException {
    this.session = session;
    this.table = table;
    this.fields = table.schema().fields();
    this.partitionTime = partitionTime;
    this.appender =
        session.connection().createAppender(DuckDBConnection.DEFAULT_SCHEMA, table.physicalName());
  }

  /**
   * One row, a value for each column in order; columns beyond the row's end are NULL, and {@link
   * DefaultValues#DEFAULT} is what the column says.
   */
  public void append(List<?> given) throws SQLException {
    List<Object> row = new ArrayList<>(given);
    for (int i = 0; i < fields.size(); i++) {
      if (i < row.size() && row.get(i) == DefaultValues.DEFAULT) {
        row.set(i, DefaultValues.value(session, fields.get(i)));
      }
      if (fields.get(i).required() && (i >= row.size() || row.get(i) == null)) {
        throw ApiException.invalid("Missing required field: " + fields.get(i).name() + ".");
      }
    }
    appender.beginRow();
    if (table.ingestionPartitioned()) {
      if (partitionTime == null) {
        appender.appendNull();
      } else {
        appender.append(partitionTime.atOffset(ZoneOffset.UTC));
      }
    }
    for (int i = 0; i < fields.size(); i++) {
      append(fields.get(i), i < row.size() ? row.get(i) : null);
    }
    appender.endRow();
    rows++;
  }

  public long rows() {
    return rows;
  }

  private void append(Field field, Object value) throws SQLException {
    if (field.repeated()) {
      List<?> list = value == null ? List.of() : (List<?>) value;
      List<Object> elements = new ArrayList<>(list.size());
      for (Object element : list) {
        elements.add(element(field.element(), element));
      }
      appender.append(elements);
      return;
    }
    if (value == null) {
      appender.appendNull();
      return;
    }
    switch (field.type()) {
      case INT64 -> appender.append(((Number) value).longValue());
      case FLOAT64 -> appender.append(((Number) value).doubleValue());
      case NUMERIC, BIGNUMERIC -> appender.append(decimal(field, (BigDecimal) value));
      case BOOL -> appender.append(((Boolean) value).booleanValue());
      case BYTES -> appender.append((byte[]) value);
      case DATE -> appender.append((LocalDate) value);
      case TIME -> appender.append((LocalTime) value);
      case DATETIME -> appender.append((LocalDateTime) value);
      case TIMESTAMP -> appender.append(((Instant) value).atOffset(ZoneOffset.UTC));
      case STRUCT -> {
        List<?> values = (List<?>) value;
        appender.beginStruct();
        for (int i = 0; i < field.fields().size(); i++) {
          append(field.fields().get(i), i < values.size() ? values.get(i) : null);
        }
        appender.endStruct();
      }
      default -> appender.append((String) value);
    }
  }

  /** A value inside an array, in the form that the driver takes there. */
  private static Object element(Field field, Object value) {
    if (value == null) {
      return null;
    }
    if (field.repeated()) {
      return ((List<?>) value).stream().map(v -> element(field.element(), v)).toList();
    }
    return switch (field.type()) {
      case STRUCT -> {
        List<?> values = (List<?>) value;
        Map<String, Object> struct = new LinkedHashMap<>();
        for (int i = 0; i < field.fields().size(); i++) {
          Field child = field.fields().get(i);
          struct.put(child.name(), element(child, i < values.size() ? values.get(i) : null));
        }
        yield struct;
      }
      case NUMERIC, BIGNUMERIC -> decimal(field, (BigDecimal) value);
      case TIMESTAMP -> ((Instant) value).atOffset(ZoneOffset.UTC);
      default -> value;
    };
  }

  private static BigDecimal decimal(Field field, BigDecimal value) {
    String type = field.element().duckType();
    int comma = type.indexOf(',');
    int precision = Integer.parseInt(type.substring(8, comma));
    int scale = Integer.parseInt(type.substring(comma + 1, type.length() - 1));
    BigDecimal scaled = value.setScale(scale, RoundingMode.HALF_UP);
    if (scaled.precision() > precision) {
      throw ApiException.invalid(
          "Invalid " + field.type() + " value: " + value + " Field: " + field.name());
    }
    return scaled;
  }

  /** Hands over what is buffered. */
  @Override
  public void close() throws SQLException {
    appender.close();
  }
}
