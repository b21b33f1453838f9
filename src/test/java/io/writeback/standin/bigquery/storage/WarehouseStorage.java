package io.writeback.standin.bigquery.storage;

import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import io.writeback.standin.bigquery.catalog.TableId;
import io.writeback.standin.bigquery.catalog.Warehouse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;

/** The tables of the REST half, for the storage half. */
public final class WarehouseStorage implements StorageTables {
  private final Warehouse warehouse;
  private final UnaryOperator<String> principals;
  private final BiPredicate<String, String> allowed;

  /**
   * Over a warehouse.
   *
   * @param principals whose authorization header this is; throws an ApiException 401
   * @param allowed whether a principal has a permission
   */
  public WarehouseStorage(
      Warehouse warehouse, UnaryOperator<String> principals, BiPredicate<String, String> allowed) {
    this.warehouse = warehouse;
    this.principals = principals;
    this.allowed = allowed;
  }

  @Override
  public Optional<String> principal(String authorization) {
    try {
      return Optional.of(principals.apply(authorization));
    } catch (ApiException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean isAllowed(String principal, String permission) {
    return allowed.test(principal, permission);
  }

  @Override
  public Optional<StorageTable> find(TableId id) {
    try {
      return warehouse
          .schema(id)
          .map(schema -> new Table(id, warehouse.incarnation(id), schema.fields()));
    } catch (ApiException e) {
      if (e.status() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private final class Table implements StorageTable {
    private final TableId id;
    private final String incarnation;
    private final List<Field> fields;

    Table(TableId id, String incarnation, List<Field> fields) {
      this.id = id;
      this.incarnation = incarnation;
      this.fields = fields;
    }

    @Override
    public TableId id() {
      return id;
    }

    @Override
    public String incarnation() {
      return incarnation;
    }

    @Override
    public List<Field> fields() {
      return fields;
    }

    @Override
    public List<String> primaryKey() {
      return warehouse.primaryKey(id);
    }

    @Override
    public String location() {
      return warehouse.location(id);
    }

    @Override
    public void append(List<Object[]> rows) {
      warehouse.append(id, rows.stream().map(row -> list(row)).toList());
    }

    @Override
    public void apply(List<RowChange> changes) {
      warehouse.change(
          id,
          changes.stream()
              .map(change -> new Warehouse.RowChange(change.delete(), list(change.row())))
              .toList());
    }

    @Override
    public Iterator<Object[]> read(String restriction) {
      return new Rows(warehouse.read(warehouse.snapshot(id, List.of(), restriction), List.of(), 0));
    }

    /** A STRUCT is a list there and an array here, at any depth. */
    private List<Object> list(Object[] row) {
      List<Object> values = new ArrayList<>(row.length);
      for (Object value : row) {
        values.add(asList(value));
      }
      return values;
    }

    private Object asList(Object value) {
      if (value instanceof Object[] struct) {
        return list(struct);
      }
      if (value instanceof List<?> items) {
        List<Object> converted = new ArrayList<>();
        items.forEach(item -> converted.add(asList(item)));
        return converted;
      }
      return value;
    }
  }

  /** Rows of a snapshot, one ahead. */
  private static final class Rows implements Iterator<Object[]> {
    private final Warehouse.RowCursor cursor;
    private List<Object> next;

    Rows(Warehouse.RowCursor cursor) {
      this.cursor = cursor;
      advance();
    }

    private void advance() {
      next = cursor.next();
      if (next == null) {
        cursor.close();
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Object[] next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      Object[] row = array(next, cursor.fields());
      advance();
      return row;
    }

    private static Object[] array(List<?> values, List<Field> fields) {
      Object[] row = new Object[values.size()];
      Arrays.setAll(row, i -> asArray(values.get(i), fields.get(i)));
      return row;
    }

    private static Object asArray(Object value, Field field) {
      if (value == null || field.type() != FieldType.STRUCT) {
        return value;
      }
      if (field.repeated()) {
        return ((List<?>) value).stream().map(item -> asArray(item, field.element())).toList();
      }
      return array((List<?>) value, field.fields());
    }
  }
}
