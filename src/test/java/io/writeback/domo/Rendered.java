package io.writeback.domo;

import io.writeback.standin.domo.rows.Pass;
import io.writeback.standin.domo.rows.RowSource;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * Rows as text, the same from a DataSet and from a record, so that both can be compared exactly.
 */
@SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
final class Rendered {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

  private Rendered() {}

  static List<String> rows(RowSource source) {
    List<String> rows = new ArrayList<>();
    Pass.over(
        source,
        cells -> {
          List<String> out = new ArrayList<>();
          for (int i = 0; i < cells.length; i++) {
            String cell = cells[i];
            out.add(
                cell == null
                    ? "null"
                    : switch (source.columns().get(i).type()) {
                      case STRING -> "\"" + cell + "\"";
                      case LONG -> Long.toString(Long.parseLong(cell));
                      case DOUBLE -> Double.toString(Double.parseDouble(cell));
                      case DECIMAL -> new BigDecimal(cell).stripTrailingZeros().toPlainString();
                      case DATE -> LocalDate.parse(cell).toString();
                      case DATETIME -> LocalDateTime.parse(cell).format(TIME);
                    });
          }
          rows.add(String.join("|", out));
        });
    return rows;
  }

  static String row(Struct struct) {
    List<String> out = new ArrayList<>();
    for (Field field : struct.schema().fields()) {
      Object value = struct.get(field);
      if (value == null) {
        out.add("null");
      } else if (value instanceof String) {
        out.add("\"" + value + "\"");
      } else if (value instanceof BigDecimal decimal) {
        out.add(decimal.stripTrailingZeros().toPlainString());
      } else if (value instanceof Date date) {
        boolean day = org.apache.kafka.connect.data.Date.LOGICAL_NAME.equals(field.schema().name());
        LocalDateTime time = date.toInstant().atOffset(ZoneOffset.UTC).toLocalDateTime();
        out.add(day ? time.toLocalDate().toString() : time.format(TIME));
      } else {
        out.add(value.toString());
      }
    }
    return String.join("|", out);
  }
}
