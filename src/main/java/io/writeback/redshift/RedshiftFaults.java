package io.writeback.redshift;

import io.writeback.redshift.ssh.SshFailure;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What each failure of Redshift and S3 means. SQLSTATEs are PostgreSQL's ("PostgreSQL Error
 * Codes"); Redshift reports much under XX000, so its words are looked at first.
 */
final class RedshiftFaults {
  /** Classes of SQLSTATE that pass by themselves: connection, conflict, resources, operator. */
  private static final Set<String> PASSING = Set.of("08", "40", "53", "55", "57", "58", "XX");

  /** A table or column that is gone: it is looked up again, and made again, before a new try. */
  private static final Set<String> STALE =
      Set.of("42P01", "42703", "42P07", "42701", "42710", "23505");

  private final Secrets secrets;

  RedshiftFaults(Secrets secrets) {
    this.secrets = secrets;
  }

  /**
   * A failure of a statement.
   *
   * @param what the attempt, as in "cannot ..."
   */
  FaultException of(String what, SQLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SshFailure failure) {
        return failure;
      }
    }
    Fault fault = fault(e);
    String state = e.getSQLState() == null ? "" : " (SQLSTATE " + e.getSQLState() + ")";
    String message = what + ": Redshift says: " + words(e) + state + advice(fault, e);
    if (isMissingObject(e)) {
      return new MissingObjectException(secrets.hide(message), secrets.in(e.toString()) ? null : e);
    }
    return exception(fault, message, e);
  }

  /** A failure of a request to S3, or of finding credentials for it. */
  FaultException of(String what, SdkException e) {
    if (e instanceof S3Exception s3) {
      return exception(fault(s3), what + ": S3 says: " + s3Words(s3) + s3Advice(s3), e);
    }
    String message = String.valueOf(e.getMessage());
    boolean credentials = message.toLowerCase(Locale.ROOT).contains("credentials");
    boolean passing = !credentials || e instanceof RetryableException || e.retryable();
    return exception(
        passing ? Fault.RETRY : Fault.CONFIGURATION,
        what
            + ": "
            + message
            + (passing
                ? ""
                : ". Set s3.access.key.id and s3.secret.access.key, or give the worker"
                    + " a role"),
        e);
  }

  private FaultException exception(Fault fault, String message, Exception cause) {
    // A cause is printed with its own message, so one that holds a secret is left out.
    boolean clean = !secrets.in(cause.toString());
    return new FaultException(fault, secrets.hide(message), clean ? cause : null);
  }

  static Fault fault(SQLException e) {
    String words = words(e).toLowerCase(Locale.ROOT);
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (isConflict(e)) {
      return Fault.RETRY;
    }
    if (isMissingObject(e)) {
      return Fault.RETRY;
    }
    if (words.contains("load into table") && words.contains("failed")) {
      return Fault.BAD_RECORD;
    }
    if (words.contains("not authorized to assume")) {
      return Fault.CONFIGURATION;
    }
    if (words.contains("s3serviceexception") || words.contains("access denied")) {
      return words.contains("access") || words.contains("403") ? Fault.CONFIGURATION : Fault.RETRY;
    }
    if (state.startsWith("28") || state.equals("42501")) {
      return Fault.CONFIGURATION;
    }
    if (state.isEmpty() || PASSING.contains(state.substring(0, 2)) || STALE.contains(state)) {
      return Fault.RETRY;
    }
    if (state.startsWith("3D") || state.startsWith("3F") || state.startsWith("42")) {
      return Fault.CONFIGURATION;
    }
    return state.startsWith("22") || state.equals("23502") ? Fault.BAD_RECORD : Fault.FATAL;
  }

  /** Whether the whole transaction may simply be tried again: 1023, 1018, deadlock. */
  static boolean isConflict(SQLException e) {
    String words = words(e).toLowerCase(Locale.ROOT);
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("40")
        || words.contains("1023")
        || words.contains("serializable isolation violation")
        || words.contains("conflict with concurrent transaction")
        || words.contains("1018")
        || words.contains("deadlock detected");
  }

  /** Whether a COPY did not find an object that its manifest says is mandatory. */
  static boolean isMissingObject(SQLException e) {
    String words = words(e).toLowerCase(Locale.ROOT);
    return words.contains("nosuchkey")
        || words.contains("the specified key does not exist")
        || (words.contains("mandatory") && words.contains("manifest"))
        || (words.contains("problem reading manifest") && words.contains("404"));
  }

  /** Whether {@code statement_timeout} or an operator ended the statement. */
  static boolean isTimeout(SQLException e) {
    return "57014".equals(e.getSQLState())
        || words(e).toLowerCase(Locale.ROOT).contains("statement timeout");
  }

  static Fault fault(S3Exception e) {
    int status = e.statusCode();
    if (status == 403 || status == 401 || status == 301 || status == 404 || status == 400) {
      return transientCode(e) ? Fault.RETRY : Fault.CONFIGURATION;
    }
    return Fault.RETRY;
  }

  private static boolean transientCode(S3Exception e) {
    String code = code(e);
    return code.equals("RequestTimeout")
        || code.equals("RequestTimeTooSkewed")
        || code.equals("BadDigest")
        || code.equals("IncompleteBody");
  }

  private static String code(S3Exception e) {
    return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
        ? ""
        : e.awsErrorDetails().errorCode();
  }

  private static String s3Words(S3Exception e) {
    String text = e.awsErrorDetails() == null ? e.getMessage() : e.awsErrorDetails().errorMessage();
    return "HTTP " + e.statusCode() + " " + code(e) + (text == null ? "" : " " + text);
  }

  private static String s3Advice(S3Exception e) {
    return switch (e.statusCode()) {
      case 401, 403 ->
          ". Check s3.access.key.id and s3.secret.access.key, and that they may get, put, list and"
              + " delete objects below s3.prefix in s3.bucket";
      case 301, 404 -> ". Check s3.bucket and s3.region";
      default -> "";
    };
  }

  private static String advice(Fault fault, SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (fault != Fault.CONFIGURATION) {
      return "";
    }
    if (state.startsWith("28")) {
      return ". Check redshift.user and redshift.password";
    }
    if (state.startsWith("3D")) {
      return ". Check redshift.database";
    }
    if (state.startsWith("3F")) {
      return ". Check redshift.schema";
    }
    if (state.equals("42501")) {
      return ". Grant redshift.user USAGE and CREATE on redshift.schema, and INSERT, SELECT, DELETE"
          + " on tables that it does not own";
    }
    if (words(e).contains("not authorized to assume")) {
      return ". Attach the role of redshift.iam.role to the cluster, and let it trust Redshift";
    }
    if (words(e).contains("S3")) {
      return ". Check that redshift.iam.role, or the keys of s3.*, may read s3.bucket";
    }
    return "";
  }

  private static String words(SQLException e) {
    String message = e.getMessage();
    // The details of COPY errors are a table of many lines; a log line is one.
    return message == null
        ? e.getClass().getSimpleName()
        : message.replaceAll("[-\\s]*\\n[-\\s]*", " ").trim();
  }
}
