package io.writeback.sink;

/**
 * A row that cannot be written as it is. The message names the field and the reason, never the
 * value.
 */
public class BadRowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadRowException(String message) {
    super(message);
  }

  public BadRowException(String message, Throwable cause) {
    super(message, cause);
  }
}
