package io.writeback.standin.bigquery.catalog;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads values from DuckDB: INT64 as Long, FLOAT64 as Double, NUMERIC and BIGNUMERIC as BigDecimal,
 * BOOL as Boolean, BYTES as byte[], DATE, TIME and DATETIME as java.time's Local types, TIMESTAMP
 * as Instant, the rest as String; a STRUCT is a List of its fields' values, an ARRAY a List.
 */
public final class RowReader {
  private final List<Field> fields;

  public RowReader(List<Field> fields) {
    this.fields = fields;
  }

  /** What to select so that every value can be read exactly. */
  public String selectList() {
    return fields.stream().map(RowReader::select).collect(Collectors.joining(", "));
  }

  /**
   * The driver makes java.sql.Timestamp of a DATETIME inside a STRUCT or ARRAY, which bends times
   * that do not exist in the machine's zone; as instants in UTC they come through whole.
   */
  private static String select(Field field) {
    String name = Identifiers.quote(field.name());
    boolean nested = field.repeated() || field.type() == FieldType.STRUCT;
    String type = field.duckType();
    String exact = type.replaceAll("\\bTIMESTAMP\\b", "TIMESTAMPTZ");
    return nested && !exact.equals(type) ? "CAST(" + name + " AS " + exact + ") AS " + name : name;
  }

  /** The current row. */
  public List<Object> read(ResultSet rows) throws SQLException {
    List<Object> values = new ArrayList<>(fields.size());
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      boolean datetime = field.type() == FieldType.DATETIME && !field.repeated();
      Object raw = datetime ? rows.getObject(i + 1, LocalDateTime.class) : rows.getObject(i + 1);
      values.add(value(field, raw));
    }
    return values;
  }

  private static Object value(Field field, Object raw) throws SQLException {
    if (raw == null) {
      return field.repeated() ? List.of() : null;
    }
    if (field.repeated()) {
      List<Object> elements = new ArrayList<>();
      for (Object element : (Object[]) ((Array) raw).getArray()) {
        elements.add(value(field.element(), element));
      }
      return elements;
    }
    return switch (field.type()) {
      case STRUCT -> {
        Object[] attributes = ((Struct) raw).getAttributes();
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < attributes.length; i++) {
          values.add(value(field.fields().get(i), attributes[i]));
        }
        yield values;
      }
      case INT64 ->
          raw instanceof BigInteger big
              ? (Object) big.longValueExact()
              : ((Number) raw).longValue();
      case FLOAT64 -> ((Number) raw).doubleValue();
      case NUMERIC, BIGNUMERIC -> raw instanceof BigDecimal d ? d : new BigDecimal(raw.toString());
      case BYTES -> raw instanceof Blob blob ? blob.getBytes(1, (int) blob.length()) : raw;
      case TIMESTAMP -> ((OffsetDateTime) raw).toInstant();
      case DATETIME ->
          raw instanceof OffsetDateTime at
              ? at.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
              : raw instanceof Timestamp t ? t.toLocalDateTime() : raw;
      case DATE -> raw instanceof java.sql.Date d ? d.toLocalDate() : (LocalDate) raw;
      case BOOL, TIME -> raw;
      default -> raw.toString();
    };
  }
}
