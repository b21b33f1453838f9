package io.writeback.bigquery;

import com.google.cloud.bigquery.storage.v1.ProtoSchema;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import io.writeback.sink.BadRowException;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Writes the fields of a struct as a protobuf message, compiled once per schema: no JSON and no
 * message object in between. A null is left out, which BigQuery reads as NULL. Immutable; may be
 * shared.
 */
final class ProtoEncoder {
  private final Schema source;
  private final String meaning;
  private final ProtoSchema schema;
  private final Member[] members;
  private final Map<String, Integer> extraTags;

  ProtoEncoder(
      Schema source,
      String meaning,
      ProtoSchema schema,
      List<Member> members,
      Map<String, Integer> extraTags) {
    this.source = source;
    this.meaning = meaning;
    this.schema = schema;
    this.members = members.toArray(Member[]::new);
    this.extraTags = Map.copyOf(extraTags);
  }

  /** What the service has to know to read the rows. */
  ProtoSchema schema() {
    return schema;
  }

  /** The schema of the records. */
  Schema source() {
    return source;
  }

  /**
   * The types of the columns that it writes for. Two encoders of equal descriptors may mean
   * different things: a number is one thing in a TIMESTAMP and another in a DATETIME.
   */
  String meaning() {
    return meaning;
  }

  /** The tag of a field that no member of the record fills. */
  int extraTag(String name) {
    return extraTags.get(name);
  }

  /**
   * Writes the members of a row.
   *
   * @throws BadRowException naming the field; what was written before is to be thrown away
   */
  void write(Struct row, ProtoBuffer out) {
    for (Member member : members) {
      Object value = row.get(member.field);
      if (value == null) {
        continue;
      }
      try {
        member.column.write(value, out);
      } catch (BadRowException e) {
        throw new BadRowException("field " + member.field.name() + ": " + e.getMessage(), e);
      } catch (ClassCastException e) {
        // Its message would name classes, not the value; the value is what the field cannot hold.
        throw new BadRowException(
            "field " + member.field.name() + ": a value is of another type than its schema says",
            e);
      }
    }
  }

  /** A field of the record and its column. */
  record Member(Field field, Column column) {}

  /** Writes tag and value. */
  interface Column {
    void write(Object value, ProtoBuffer out);
  }

  /** A value without structure. */
  record Scalar(int tag, ProtoType.Form form, ProtoType.Writer writer) implements Column {
    /** The frequent forms are spelled out: calls that go many ways cost more than they do. */
    @Override
    public void write(Object value, ProtoBuffer out) {
      switch (form) {
        case WHOLE ->
            out.varint(tag, value instanceof Long number ? number : ((Number) value).longValue());
        case TEXT -> {
          out.tag(tag);
          out.lengthAndText((String) value);
        }
        case MILLIS -> out.varint(tag, CivilUnits.ofMillis(((Date) value).getTime()));
        case DAY -> out.varint(tag, CivilUnits.day(ColumnKind.CONNECT_DATE, value));
        case BOOL -> out.varint(tag, Boolean.TRUE.equals(value) ? 1 : 0);
        case DOUBLE -> out.fixed64(tag, Double.doubleToRawLongBits(((Number) value).doubleValue()));
        default -> {
          out.tag(tag);
          writer.write(value, out);
        }
      }
    }
  }

  /** A FLOAT64 whose NaN and infinities are NULL. */
  record FiniteOnly(Column column) implements Column {
    @Override
    public void write(Object value, ProtoBuffer out) {
      if (Double.isFinite(((Number) value).doubleValue())) {
        column.write(value, out);
      }
    }
  }

  /** A struct. */
  record Nested(int tag, ProtoEncoder encoder) implements Column {
    Nested(int number, ProtoEncoder encoder, Type type) {
      this(ProtoType.tag(type, number), encoder);
    }

    @Override
    public void write(Object value, ProtoBuffer out) {
      out.varint(tag);
      int start = out.begin();
      encoder.write((Struct) value, out);
      out.end(start);
    }
  }

  /** An array: its elements, each with the tag. */
  record Repeated(Column element) implements Column {
    @Override
    public void write(Object value, ProtoBuffer out) {
      for (Object item : (List<?>) value) {
        if (item == null) {
          throw new BadRowException("an array holds a null, which BigQuery does not keep");
        }
        element.write(item, out);
      }
    }
  }

  /** A map: a message with key and value for each entry. */
  record Entries(int tag, Column key, Column entryValue) implements Column {
    @Override
    public void write(Object value, ProtoBuffer out) {
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
        out.varint(tag);
        int start = out.begin();
        if (entry.getKey() != null) {
          key.write(entry.getKey(), out);
        }
        if (entry.getValue() != null) {
          entryValue.write(entry.getValue(), out);
        }
        out.end(start);
      }
    }
  }
}
