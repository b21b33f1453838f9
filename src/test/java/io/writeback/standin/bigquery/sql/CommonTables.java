package io.writeback.standin.bigquery.sql;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names that WITH defines in a statement, at any depth. */
final class CommonTables {
  private CommonTables() {}

  static Set<String> names(List<Token> tokens) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i + 3 < tokens.size(); i++) {
      boolean first = tokens.get(i).isAny("WITH", "RECURSIVE", ",");
      if (first
          && tokens.get(i + 1).isName()
          && tokens.get(i + 2).is("AS")
          && tokens.get(i + 3).is("(")) {
        names.add(tokens.get(i + 1).text().toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }
}
