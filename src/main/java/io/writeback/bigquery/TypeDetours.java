package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.retry.FaultException;
import io.writeback.sink.TableColumn;
import io.writeback.sink.TableSchema;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Fields that their columns cannot hold exactly, and the columns beside them that they go to: a
 * field {@code size} that is a text now goes to {@code size__string}. What a table's columns are is
 * known only when rows are about to be written; rows that were made without it come again, and are
 * made for it. {@link #of} is for the task thread, {@link #learn} for any.
 */
final class TypeDetours {
  private static final int KEPT = 64;
  private static final int KEPT_STAGING = 1024;

  private record Key(
      Target target, Schema schema, List<String> key, List<TableFieldSchema> table) {}

  private final ColumnNaming naming;
  private final boolean besides;
  private final boolean documents;
  private final Map<Target, List<TableFieldSchema>> known;
  private final Map<Key, ValueShape> shapes = new LastUsed<>(KEPT);

  /**
   * Detours.
   *
   * @param besides whether there are any; if not, only values for RANGE columns are made
   */
  TypeDetours(ColumnNaming naming, boolean besides) {
    this(naming, besides, false, new ConcurrentHashMap<>());
  }

  private TypeDetours(
      ColumnNaming naming,
      boolean besides,
      boolean documents,
      Map<Target, List<TableFieldSchema>> known) {
    this.besides = besides;
    this.documents = documents;
    this.naming = naming;
    this.known = known;
  }

  /**
   * For tables that come and go; one that is forgotten is learned again. A text for a JSON column
   * is written as the document that it is, so that one which is none is found at once.
   */
  static TypeDetours ofStaging(ColumnNaming naming) {
    return new TypeDetours(
        naming, false, true, Collections.synchronizedMap(new LastUsed<>(KEPT_STAGING)));
  }

  /** How fields get their columns. */
  ColumnNaming naming() {
    return naming;
  }

  /** The row as it fits the table's columns. */
  Struct of(Target target, Struct row) {
    return of(target, row, List.of());
  }

  /** As above; the fields of a key stay where they are, or rows would lose each other. */
  Struct of(Target target, Struct row, List<String> key) {
    List<TableFieldSchema> table = known.get(target);
    if (table == null) {
      return row;
    }
    return (Struct)
        shapes
            .computeIfAbsent(
                new Key(target, row.schema(), key, table),
                k -> shape(target, k.schema(), table, key))
            .apply(row);
  }

  /**
   * Keeps a table's columns in mind if rows of these schemas have to be made for them.
   *
   * @return whether they have to
   * @throws FaultException CONFIGURATION if the column beside is taken
   */
  boolean learn(
      Target target, List<TableFieldSchema> table, Collection<Schema> schemas, List<String> key) {
    if (!besides && !documents && !hasRange(table)) {
      return false;
    }
    for (Schema schema : schemas) {
      if (!shape(target, schema, table, key).isSame()) {
        known.put(target, List.copyOf(table));
        return true;
      }
    }
    return false;
  }

  private static boolean hasRange(List<TableFieldSchema> columns) {
    return columns.stream()
        .anyMatch(
            column ->
                column.getRangeElementType() != null
                    || (column.getFields() != null && hasRange(column.getFields())));
  }

  private ValueShape shape(
      Target target, Schema schema, List<TableFieldSchema> table, List<String> key) {
    List<TableColumn> columns = TableSchema.ofValue(schema).columns();
    List<String> taken = naming.all(columns.stream().map(TableColumn::name).toList());
    List<String> names = new ArrayList<>();
    List<ValueShape> members = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Field field = schema.fields().get(i);
      String name = field.name();
      ValueShape member = ValueShape.same(field.schema());
      TableFieldSchema column = TableFields.find(table, taken.get(i)).orElse(null);
      if (column != null
          && !TableFields.isEmptyStruct(columns.get(i))
          && key.stream().noneMatch(taken.get(i)::equalsIgnoreCase)) {
        TableFieldSchema own = TableFields.of(List.of(columns.get(i)), naming).get(0);
        Optional<ValueShape> made =
            range(field.schema(), column).or(() -> document(field.schema(), column));
        if (made.isPresent()) {
          member = made.get();
        } else if (!besides || TypeFit.takes(column, own, columns.get(i))) {
          member = inside(target, field.schema(), column);
        } else {
          name = beside(target, own, column, taken, table);
        }
      }
      names.add(name);
      members.add(member);
    }
    return ValueShape.struct(schema, names, members);
  }

  /** Empty if the column is no RANGE, or the field has nothing like it. */
  private static Optional<ValueShape> range(Schema schema, TableFieldSchema column) {
    if (column.getRangeElementType() == null) {
      return Optional.empty();
    }
    String element = TableFields.canonicalType(column.getRangeElementType().getType());
    boolean array = schema.type() == Schema.Type.ARRAY;
    return array == TableFields.REPEATED.equals(column.getMode())
        ? RangeValues.shape(array ? schema.valueSchema() : schema, element)
            .map(range -> array ? ValueShape.array(schema, range) : range)
        : Optional.empty();
  }

  /** Empty if the column is not JSON, or the field no text. */
  private Optional<ValueShape> document(Schema schema, TableFieldSchema column) {
    boolean array = schema.type() == Schema.Type.ARRAY;
    Schema one = array ? schema.valueSchema() : schema;
    if (!documents
        || !column.getType().equals("JSON")
        || !one.type().equals(Schema.Type.STRING)
        || one.name() != null) {
      return Optional.empty();
    }
    ValueShape text = new ValueShape(JsonText.SCHEMA, value -> value);
    return Optional.of(array ? ValueShape.array(schema, text) : text);
  }

  /** Structs are looked into; of a map, which has no names of its own, all goes or nothing. */
  private ValueShape inside(Target target, Schema schema, TableFieldSchema column) {
    if (column.getFields() == null || schema.type() == Schema.Type.MAP) {
      return ValueShape.same(schema);
    }
    return switch (schema.type()) {
      case STRUCT -> shape(target, schema, column.getFields(), List.of());
      case ARRAY -> ValueShape.array(schema, inside(target, schema.valueSchema(), column));
      default -> ValueShape.same(schema);
    };
  }

  /** A column of rows, by another name if the table's cannot hold it; not inside of structs. */
  static TableFieldSchema beside(List<TableFieldSchema> table, TableFieldSchema own) {
    boolean record =
        TableFields.find(table, own.getName())
            .filter(column -> column.getFields() != null && own.getFields() != null)
            .isPresent();
    return record || TypeFit.misfit(table, List.of(own)).isEmpty()
        ? own
        : own.clone().setName(beside(own));
  }

  /** The name of the column that takes a field in the place of another one. */
  static String beside(TableFieldSchema own) {
    return own.getName()
        + (TableFields.REPEATED.equals(own.getMode()) ? "__array_" : "__")
        + own.getType().toLowerCase(Locale.ROOT);
  }

  private static String beside(
      Target target,
      TableFieldSchema own,
      TableFieldSchema column,
      List<String> taken,
      List<TableFieldSchema> table) {
    String name = beside(own);
    TableFieldSchema there = TableFields.find(table, name).orElse(null);
    boolean unfit =
        there != null
            && TypeFit.misfit(List.of(there), List.of(own.clone().setName(name))).isPresent();
    if (unfit || taken.stream().anyMatch(name::equalsIgnoreCase) || !ColumnNames.isColumn(name)) {
      throw FaultException.configuration(
          "column "
              + column.getName()
              + " of "
              + target
              + " is "
              + column.getType()
              + ", the records have "
              + own.getType()
              + ", and column "
              + name
              + ", which would take it, "
              + (unfit ? "is " + there.getType() : "is a field of its own")
              + ": rename the field with a transform, or change the column ("
              + BigQueryTableKeys.TYPE_CHANGE
              + ")",
          null);
    }
    return name;
  }
}
