package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.AnnotationsProto;
import com.google.cloud.bigquery.storage.v1.StorageError.StorageErrorCode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.rpc.Code;
import io.writeback.standin.bigquery.catalog.DefaultValues;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import io.writeback.standin.bigquery.catalog.Ranges;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** How a message becomes the values of a table's or a STRUCT's fields, worked out once. */
final class MessagePlan {
  private record Column(FieldDescriptor source, int place, Field field, MessagePlan nested) {}

  private final List<Field> fields;
  private final List<Column> columns;

  private MessagePlan(List<Field> fields, List<Column> columns) {
    this.fields = fields;
    this.columns = columns;
  }

  /**
   * Matches a message type with fields, at every depth.
   *
   * @param pseudo names that are no columns but may be there
   * @throws StorageErrors.Failure if the message has extra fields or types that do not fit
   */
  static MessagePlan of(Descriptor type, List<Field> fields, Set<String> pseudo, String where) {
    Map<String, Integer> byName = new HashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      byName.put(fields.get(i).name().toLowerCase(Locale.ROOT), i);
    }
    List<Column> columns = new ArrayList<>();
    for (FieldDescriptor source : type.getFields()) {
      String name = columnName(source);
      Integer place = byName.get(name.toLowerCase(Locale.ROOT));
      if (place != null) {
        columns.add(column(source, place, fields.get(place), where));
      } else if (!pseudo.contains(name)) {
        throw StorageErrors.detailed(
            Code.INVALID_ARGUMENT,
            StorageErrorCode.SCHEMA_MISMATCH_EXTRA_FIELDS,
            where,
            "Input schema has more fields than BigQuery schema, extra fields: '" + name + "'");
      }
    }
    return new MessagePlan(fields, columns);
  }

  private static Column column(FieldDescriptor source, int place, Field field, String where) {
    ProtoFit.require(source, field);
    MessagePlan nested =
        switch (field.type()) {
          case STRUCT -> of(source.getMessageType(), field.fields(), Set.of(), where);
          case RANGE -> of(source.getMessageType(), Ranges.bounds(field), Set.of(), where);
          default -> null;
        };
    return new Column(source, place, field, nested);
  }

  /**
   * The values of all columns of a table, as {@link #values}; with {@link DefaultValues#DEFAULT}
   * where the column's default belongs.
   */
  Object[] row(DynamicMessage message, MissingValues missing, boolean partial) {
    Object[] values = new Object[fields.size()];
    Arrays.setAll(
        values, i -> fields.get(i).defaultValue().map(text -> DefaultValues.DEFAULT).orElse(null));
    for (Column column : columns) {
      boolean there =
          column.source.isRepeated()
              ? message.getRepeatedFieldCount(column.source) > 0
              : message.hasField(column.source);
      if (there || !missing.takesDefault(column.field)) {
        values[column.place] = value(message, column);
      }
    }
    return required(values, partial);
  }

  /**
   * The values of all fields in order.
   *
   * @param partial whether REQUIRED fields may be missing
   */
  Object[] values(DynamicMessage message, boolean partial) {
    Object[] values = new Object[fields.size()];
    for (Column column : columns) {
      values[column.place] = value(message, column);
    }
    return required(values, partial);
  }

  private Object[] required(Object[] values, boolean partial) {
    for (int i = 0; i < values.length && !partial; i++) {
      if (values[i] == null && fields.get(i).required()) {
        throw new CellDecoder.Refused("Field " + fields.get(i).name() + " is REQUIRED but missing");
      }
    }
    return values;
  }

  private static Object value(DynamicMessage message, Column column) {
    if (column.source.isRepeated()) {
      List<Object> list = new ArrayList<>();
      for (Object item : (List<?>) message.getField(column.source)) {
        list.add(single(item, column));
      }
      return list;
    }
    return message.hasField(column.source) ? single(message.getField(column.source), column) : null;
  }

  private static Object single(Object value, Column column) {
    if (!(value instanceof DynamicMessage message)) {
      return CellDecoder.decode(column.field, value);
    }
    Object[] nested = column.nested.values(message, false);
    if (column.field.type() != FieldType.RANGE) {
      return nested;
    }
    try {
      return Ranges.of(nested[0], nested[1]);
    } catch (IllegalArgumentException e) {
      throw new CellDecoder.Refused(
          "Invalid RANGE on field " + column.field.name() + ": " + e.getMessage());
    }
  }

  /** The column's name: names that are no identifiers travel in an annotation. */
  static String columnName(FieldDescriptor field) {
    return field.getOptions().hasExtension(AnnotationsProto.columnName)
        ? field.getOptions().getExtension(AnnotationsProto.columnName)
        : field.getName();
  }
}
