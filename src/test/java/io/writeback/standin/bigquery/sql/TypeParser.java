package io.writeback.standin.bigquery.sql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import java.util.ArrayList;
import java.util.List;

/** Reads GoogleSQL types: {@code ARRAY<STRUCT<a INT64, b NUMERIC(10,2)>>}. */
final class TypeParser {
  private TypeParser() {}

  static boolean isType(String word) {
    try {
      return word.equalsIgnoreCase("ARRAY") || FieldType.parse(word) != null;
    } catch (io.writeback.standin.bigquery.catalog.ApiException notAType) {
      return false;
    }
  }

  static Field parse(TokenCursor in, String name) {
    String word = in.name();
    if (word.equalsIgnoreCase("ARRAY")) {
      in.expect("<");
      Field element = parse(in, name);
      in.expect(">");
      return element.withMode(Field.Mode.REPEATED);
    }
    FieldType type;
    try {
      type = FieldType.parse(word);
    } catch (io.writeback.standin.bigquery.catalog.ApiException e) {
      throw io.writeback.standin.bigquery.catalog.ApiException.invalidQuery(
          "Type not found: " + word);
    }
    List<Field> fields = new ArrayList<>();
    ObjectNode extras = JsonNodeFactory.instance.objectNode();
    if (type == FieldType.STRUCT) {
      in.expect("<");
      do {
        boolean named = in.peek(1).isName();
        String child = named ? in.name() : "_field_" + (fields.size() + 1);
        fields.add(parse(in, child));
      } while (in.take(","));
      in.expect(">");
    } else if (in.take("(")) {
      parameters(in, type, extras);
    }
    return new Field(name, type, Field.Mode.NULLABLE, fields, extras);
  }

  private static void parameters(TokenCursor in, FieldType type, ObjectNode extras) {
    String first = in.next().text();
    boolean numeric = type == FieldType.NUMERIC || type == FieldType.BIGNUMERIC;
    extras.put(numeric ? "precision" : "maxLength", first);
    if (in.take(",")) {
      extras.put("scale", in.next().text());
    }
    in.expect(")");
  }
}
