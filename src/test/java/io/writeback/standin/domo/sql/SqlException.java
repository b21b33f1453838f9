package io.writeback.standin.domo.sql;

/** A statement outside the subset, in words for the caller. */
public final class SqlException extends Exception {
  private static final long serialVersionUID = 1L;

  SqlException(String message) {
    super(message);
  }
}
