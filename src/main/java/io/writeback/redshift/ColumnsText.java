package io.writeback.redshift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;

/** Columns as JSON text: {@code [["name","VARCHAR",256,0],…]}. */
final class ColumnsText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ColumnsText() {}

  static String write(List<Column> columns) {
    ArrayNode list = JSON.createArrayNode();
    for (Column column : columns) {
      list.addArray()
          .add(column.name())
          .add(column.type().kind().name())
          .add(column.type().size())
          .add(column.type().scale());
    }
    return LongText.pack(list.toString());
  }

  static List<Column> read(String text) {
    try {
      List<Column> columns = new ArrayList<>();
      for (JsonNode item : JSON.readTree(LongText.unpack(text))) {
        RedshiftType.Kind kind = RedshiftType.Kind.valueOf(item.get(1).asText());
        columns.add(
            new Column(
                item.get(0).asText(),
                new RedshiftType(kind, item.get(2).asInt(), item.get(3).asInt())));
      }
      return columns;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the columns of a staged object are no JSON", e);
    }
  }
}
