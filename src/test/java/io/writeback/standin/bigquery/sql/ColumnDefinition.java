package io.writeback.standin.bigquery.sql;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.Field;
import java.util.List;

/** One column in CREATE TABLE or ADD COLUMN. */
final class ColumnDefinition {
  private ColumnDefinition() {}

  static Field parse(StatementRunner runner, TokenCursor in, ObjectNode properties) {
    String name = in.name();
    Field field = TypeParser.parse(in, name).named(name);
    while (!in.atEnd()) {
      if (in.take("NOT", "NULL")) {
        field = field.withMode(Field.Mode.REQUIRED);
      } else if (in.take("DEFAULT")) {
        field
            .extras()
            .put("defaultValueExpression", StatementText.of(in.until("NOT", "OPTIONS", "PRIMARY")));
      } else if (in.take("OPTIONS")) {
        options(runner, in.parenthesized(), field);
      } else if (in.take("PRIMARY", "KEY")) {
        properties
            .withObjectProperty("tableConstraints")
            .withObjectProperty("primaryKey")
            .putArray("columns")
            .add(name);
      } else if (!in.take("NOT", "ENFORCED")) {
        throw in.error("Unexpected " + in.describe());
      }
    }
    return field;
  }

  private static void options(StatementRunner runner, List<Token> inside, Field field) {
    for (List<Token> part : Renderer.split(inside)) {
      TokenCursor option = new TokenCursor("", part);
      String name = option.name();
      option.expect("=");
      Object value = runner.evaluate(option.until()).value();
      if (name.equalsIgnoreCase("description")) {
        field.extras().put("description", String.valueOf(value));
      }
    }
  }
}
