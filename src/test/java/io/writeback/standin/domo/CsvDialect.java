package io.writeback.standin.domo;

import io.writeback.standin.http.HttpCall.Framing;

/**
 * How CSV bodies of a DataSet look. Domo documents RFC 4180 with LF; live exports were seen
 * minimally quoted with empty nulls (DataSet API example), fully quoted under an unquoted header
 * (fixtures of 2017), and with {@code \N} for null (DomoR, rdomo). Nothing says which one a given
 * instance uses, so a client must read all of them.
 */
public record CsvDialect(
    Quoting quoting,
    NullText nullText,
    LineEnd lineEnd,
    boolean bom,
    FormulaGuard formulaGuard,
    boolean gzip,
    Framing framing) {
  /** Which fields are quoted. An empty string always is, a null never. */
  public enum Quoting {
    MINIMAL,
    ALL,
    /** Every value, but header names only where RFC 4180 needs it. */
    HEADER_UNQUOTED
  }

  /** What a null looks like. */
  public enum NullText {
    EMPTY,
    BACKSLASH_N
  }

  /** How a line ends. */
  public enum LineEnd {
    LF,
    CRLF
  }

  /**
   * Whether text cells that begin like a formula get a leading apostrophe (domo-python-sdk#58). The
   * request parameter {@code disableFormulaInterpretation=true} asks for it (domo-java-sdk
   * DataSetClient); what the service does without the parameter is not documented.
   */
  public enum FormulaGuard {
    UNLESS_DECLINED,
    IF_ASKED,
    ALWAYS,
    NEVER;

    boolean applies(String disableFormulaInterpretation) {
      return switch (this) {
        case UNLESS_DECLINED -> !"false".equalsIgnoreCase(disableFormulaInterpretation);
        case IF_ASKED -> "true".equalsIgnoreCase(disableFormulaInterpretation);
        case ALWAYS -> true;
        case NEVER -> false;
      };
    }
  }

  /** The documented example: minimal quotes, empty nulls, LF; guarded unless declined. */
  public static CsvDialect documented() {
    return new CsvDialect(
        Quoting.MINIMAL,
        NullText.EMPTY,
        LineEnd.LF,
        false,
        FormulaGuard.UNLESS_DECLINED,
        true,
        Framing.CHUNKED);
  }

  public CsvDialect withQuoting(Quoting value) {
    return new CsvDialect(value, nullText, lineEnd, bom, formulaGuard, gzip, framing);
  }

  public CsvDialect withNullText(NullText value) {
    return new CsvDialect(quoting, value, lineEnd, bom, formulaGuard, gzip, framing);
  }

  public CsvDialect withLineEnd(LineEnd value) {
    return new CsvDialect(quoting, nullText, value, bom, formulaGuard, gzip, framing);
  }

  public CsvDialect withBom(boolean value) {
    return new CsvDialect(quoting, nullText, lineEnd, value, formulaGuard, gzip, framing);
  }

  public CsvDialect withFormulaGuard(FormulaGuard value) {
    return new CsvDialect(quoting, nullText, lineEnd, bom, value, gzip, framing);
  }

  /** Whether a client that accepts gzip gets it. */
  public CsvDialect withGzip(boolean value) {
    return new CsvDialect(quoting, nullText, lineEnd, bom, formulaGuard, value, framing);
  }

  public CsvDialect withFraming(Framing value) {
    return new CsvDialect(quoting, nullText, lineEnd, bom, formulaGuard, gzip, value);
  }
}
