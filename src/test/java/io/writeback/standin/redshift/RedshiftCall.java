package io.writeback.standin.redshift;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a fault can be armed for: a client that connects, or a statement about to be executed.
 *
 * @param session process id of the session, 0 while connecting
 * @param sql the statement as the client wrote it, empty while connecting
 */
public record RedshiftCall(Kind kind, int session, String user, String sql) {
  /** When the call happens. */
  public enum Kind {
    CONNECT,
    STATEMENT
  }

  /** Any new connection. */
  public static Predicate<RedshiftCall> connecting() {
    return call -> call.kind == Kind.CONNECT;
  }

  /** A statement in which the pattern is found, whatever the case of its letters. */
  public static Predicate<RedshiftCall> statement(String regex) {
    Pattern pattern = Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    return call -> call.kind == Kind.STATEMENT && pattern.matcher(call.sql).find();
  }

  /** The end of a transaction. */
  public static Predicate<RedshiftCall> commit() {
    return statement("^\\s*(commit|end)\\b");
  }

  /** A COPY command. */
  public static Predicate<RedshiftCall> copy() {
    return statement("^\\s*copy\\b");
  }
}
