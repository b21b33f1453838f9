package io.writeback.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What failures mean. */
class RedshiftFaultsTest {
  private final Secrets secrets = new Secrets();
  private final RedshiftFaults faults = new RedshiftFaults(secrets);

  @ParameterizedTest
  @CsvSource({
    "08006, connection reset, RETRY",
    "XX000, ERROR: 1023 DETAIL: Serializable isolation violation on table, RETRY",
    "XX000, could not complete because of conflict with concurrent transaction, RETRY",
    "42P01, 'ERROR: 1018 DETAIL: Relation does not exist', RETRY",
    "40P01, deadlock detected, RETRY",
    "57014, canceling statement due to statement timeout, RETRY",
    "53300, too many connections, RETRY",
    "28000, password authentication failed for user, CONFIGURATION",
    "3D000, database does not exist, CONFIGURATION",
    "42501, permission denied for schema, CONFIGURATION",
    "XX000, 'S3ServiceException:Access Denied,Status 403,Error AccessDenied', CONFIGURATION",
    "XX000, 'S3ServiceException:SlowDown,Status 503', RETRY",
    "XX000, 'Load into table ''t'' failed. Check ''sys_load_error_detail'' system table', BAD_RECORD",
    "22003, value out of range, BAD_RECORD",
  })
  void sqlStatesAndWords(String state, String words, Fault fault) {
    assertEquals(fault, faults.of("cannot commit", new SQLException(words, state)).fault());
  }

  @Test
  void anObjectThatIsGoneIsAFaultOfItsOwn() {
    SQLException e =
        new SQLException(
            "S3ServiceException:The specified key does not exist.,Status 404", "XX000");
    assertInstanceOf(MissingObjectException.class, faults.of("cannot commit", e));
  }

  @Test
  void aSecretIsInNeitherMessageNorCause() {
    secrets.add("sesame-open");
    FaultException e = faults.of("cannot commit", new SQLException("near 'sesame-open'", "42601"));
    assertFalse(e.getMessage().contains("sesame-open"), e.getMessage());
    assertNull(e.getCause());
  }

  @Test
  void theReasonOfALoadErrorNeverTellsTheValue() {
    for (String message :
        List.of(
            "Invalid digit, Value 'sesame', Pos 0, Type: Integer",
            "Overflow, Value 'it''s sesame's', Type: Short",
            "Invalid digit, Value 'two\nlines of sesame', Type: Short",
            "Overflow, Value 'cut off in mid sesame")) {
      String reason = LoadErrors.reason("id", 1207, message);
      assertTrue(reason.startsWith("column id: "), reason);
      assertTrue(reason.contains("value [hidden]"), reason);
      assertFalse(reason.contains("sesame"), reason);
    }
  }

  @Test
  void refusalsOfS3NameTheKeysToCheck() {
    FaultException e = faults.of("cannot stage s3://b/k", s3(403, "AccessDenied"));
    assertEquals(Fault.CONFIGURATION, e.fault());
    assertTrue(e.getMessage().contains("s3.access.key.id"), e.getMessage());
    assertEquals(Fault.RETRY, faults.of("x", s3(503, "SlowDown")).fault());
    assertEquals(Fault.RETRY, faults.of("x", s3(409, "ConditionalRequestConflict")).fault());
    assertEquals(Fault.CONFIGURATION, faults.of("x", s3(404, "NoSuchBucket")).fault());
    assertEquals(
        Fault.RETRY, faults.of("x", SdkClientException.create("connection refused")).fault());
    assertEquals(
        Fault.CONFIGURATION,
        faults.of("x", SdkClientException.create("Unable to load credentials")).fault());
  }

  private static S3Exception s3(int status, String code) {
    return (S3Exception)
        S3Exception.builder()
            .statusCode(status)
            .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage("no").build())
            .build();
  }
}
