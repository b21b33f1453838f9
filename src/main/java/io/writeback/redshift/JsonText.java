package io.writeback.redshift;

import io.writeback.sink.BadRowException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** Nested values as the JSON text that COPY reads into a SUPER column. Bytes become Base64. */
final class JsonText {
  private JsonText() {}

  static void append(Schema schema, Object value, StringBuilder out) {
    if (value == null) {
      out.append("null");
    } else if (value instanceof Struct struct) {
      object(struct, out);
    } else if (value instanceof Map<?, ?> map) {
      map(schema == null ? null : schema.valueSchema(), map, out);
    } else if (value instanceof Collection<?> list) {
      array(schema == null ? null : schema.valueSchema(), list, out);
    } else {
      scalar(schema, value, out);
    }
  }

  private static void object(Struct struct, StringBuilder out) {
    out.append('{');
    boolean first = true;
    for (Field field : struct.schema().fields()) {
      if (!first) {
        out.append(',');
      }
      first = false;
      quoted(field.name(), out);
      out.append(':');
      append(field.schema(), struct.get(field), out);
    }
    out.append('}');
  }

  private static void map(Schema valueSchema, Map<?, ?> map, StringBuilder out) {
    out.append('{');
    Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<?, ?> entry = entries.next();
      quoted(String.valueOf(entry.getKey()), out);
      out.append(':');
      append(valueSchema, entry.getValue(), out);
      if (entries.hasNext()) {
        out.append(',');
      }
    }
    out.append('}');
  }

  private static void array(Schema elementSchema, Collection<?> list, StringBuilder out) {
    out.append('[');
    Iterator<?> elements = list.iterator();
    while (elements.hasNext()) {
      append(elementSchema, elements.next(), out);
      if (elements.hasNext()) {
        out.append(',');
      }
    }
    out.append(']');
  }

  private static void scalar(Schema schema, Object value, StringBuilder out) {
    if (value instanceof BigDecimal decimal) {
      out.append(decimal.toPlainString());
    } else if (value instanceof Double || value instanceof Float) {
      if (!Double.isFinite(((Number) value).doubleValue())) {
        throw new BadRowException("holds NaN or an infinity in a nested value, which JSON lacks");
      }
      out.append(value);
    } else if (value instanceof Number || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof java.util.Date date) {
      quoted(temporal(schema, date), out);
    } else if (value instanceof byte[] bytes) {
      quoted(Base64.getEncoder().encodeToString(bytes), out);
    } else if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      quoted(Base64.getEncoder().encodeToString(bytes), out);
    } else {
      quoted(value.toString(), out);
    }
  }

  @SuppressWarnings("JavaUtilDate")
  private static String temporal(Schema schema, java.util.Date date) {
    String iso = Instant.ofEpochMilli(date.getTime()).toString();
    String logical = schema == null ? Timestamp.LOGICAL_NAME : schema.name();
    if (Date.LOGICAL_NAME.equals(logical)) {
      return iso.substring(0, iso.indexOf('T'));
    }
    if (Time.LOGICAL_NAME.equals(logical)) {
      return iso.substring(iso.indexOf('T') + 1, iso.length() - 1);
    }
    return iso;
  }

  private static void quoted(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case 0 -> throw new BadRowException("holds a NUL character, which Redshift cannot store");
        default -> {
          if (c < ' ') {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
