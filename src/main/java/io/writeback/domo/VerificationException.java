package io.writeback.domo;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.util.Locale;

/** A download that is not shown to be one whole version. Another attempt may be better. */
final class VerificationException extends FaultException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  VerificationException(Kind kind, String message, Throwable cause) {
    super(Fault.RETRY, message, cause);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /** What does not fit. */
  enum Kind {
    /** The DataSet changed during the download. */
    CHANGED,
    /** Numbers of rows disagree. */
    ROWS,
    /** Queries show another number of rows than the metadata: the data may follow. */
    LAGGING,
    /** Row-level policies hide rows, and that is not accepted. */
    POLICY,
    /** Cells differ from what the query API shows. */
    CELLS,
    /** The header line is not the schema. */
    HEADER,
    /** No clean CSV, or a cell that is not of its column's type. */
    CONTENT,
    /** The end of the body may not be the end of the data. */
    TRUNCATED;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
