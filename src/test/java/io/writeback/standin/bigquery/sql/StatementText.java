package io.writeback.standin.bigquery.sql;

import java.util.List;
import java.util.stream.Collectors;

/** Tokens as a text that reads the same. */
final class StatementText {
  private StatementText() {}

  static String of(List<Token> tokens) {
    return tokens.stream()
        .filter(token -> token.kind() != Token.Kind.END)
        .map(StatementText::one)
        .collect(Collectors.joining(" "));
  }

  private static String one(Token token) {
    return switch (token.kind()) {
      case QUOTED -> "`" + token.text() + "`";
      case STRING ->
          "'" + token.text().replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
      case BYTES -> "FROM_HEX('" + token.text() + "')";
      case PARAMETER -> "@" + token.text();
      case SYSTEM_VARIABLE -> "@@" + token.text();
      default -> token.text();
    };
  }
}
