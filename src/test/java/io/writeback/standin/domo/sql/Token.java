package io.writeback.standin.domo.sql;

/** A word of a statement. */
record Token(Kind kind, String text) {
  enum Kind {
    /** Letters without quotes: a keyword or a name. */
    WORD,
    /** A name in backticks. */
    NAME,
    /** A string in single quotes. */
    STRING,
    NUMBER,
    SYMBOL,
    END
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equalsIgnoreCase(word);
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  @Override
  public String toString() {
    return kind == Kind.END ? "the end" : "'" + text + "'";
  }
}
