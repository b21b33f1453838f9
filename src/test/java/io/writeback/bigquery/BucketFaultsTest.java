package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpResponseException;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketFaultsTest {
  @ParameterizedTest
  @CsvSource({
    "400,invalid,words,FATAL,words",
    "400,invalid,Provided CRC32C x doesn't match calculated CRC32C y,RETRY,on their way",
    "400,required,Bucket is a requester pays bucket,CONFIGURATION,choose another bucket",
    "400,userProjectMissing,words,CONFIGURATION,choose another bucket",
    "400,cloudKmsDisabledKey,words,CONFIGURATION,encrypts the bucket",
    "401,authError,words,CONFIGURATION,bigquery.credentials",
    "403,forbidden,words,CONFIGURATION,roles/storage.objectUser",
    "403,insufficientPermissions,words,CONFIGURATION,devstorage.read_write",
    "403,accessNotConfigured,words,CONFIGURATION,Enable the API",
    "403,retentionPolicyNotMet,words,CONFIGURATION,keeps its objects",
    "403,objectUnderActiveHold,words,CONFIGURATION,keeps its objects",
    "403,rateLimitExceeded,words,RETRY,words",
    "403,userRateLimitExceeded,words,RETRY,words",
    "404,notFound,The specified bucket does not exist.,CONFIGURATION,bigquery.gcs.bucket",
    "408,uploadBrokenConnection,words,RETRY,words",
    "410,gone,words,RETRY,words",
    "412,conditionNotMet,words,RETRY,words",
    "412,orgPolicyConstraintFailed,words,CONFIGURATION,organization",
    "416,requestedRangeNotSatisfiable,words,RETRY,words",
    "429,rateLimitExceeded,words,RETRY,words",
    "500,backendError,words,RETRY,words",
    "502,backendError,words,RETRY,words",
    "503,backendError,words,RETRY,words",
    "504,gatewayTimeout,words,RETRY,words"
  })
  void classifiesAnswers(int code, String reason, String message, Fault fault, String words) {
    FaultException classified =
        BucketFaults.of("writing gs://b/o", BigQueryFaultsTest.answer(code, reason, message));
    String text = classified.getMessage();
    assertEquals(fault, classified.fault(), text);
    assertTrue(text.startsWith("writing gs://b/o: " + message), text);
    assertTrue(text.contains(words), text);
  }

  /** Not from Cloud Storage, as it seems. */
  @Test
  void anAnswerThatIsNotTheirsAsksForTheEndpoint() {
    FaultException classified =
        BucketFaults.of(
            "writing gs://b/o",
            new HttpResponseException.Builder(404, "Not Found", new HttpHeaders()).build());
    assertEquals(Fault.CONFIGURATION, classified.fault());
    assertTrue(classified.getMessage().contains("bigquery.gcs.endpoint"), classified.getMessage());
  }

  @Test
  void noAnswerIsNoOutcomeAndSaysWhoseItIs() {
    FaultException out = BucketFaults.of("writing gs://b/o", new SocketTimeoutException("x"));
    assertEquals(Fault.RETRY, out.fault());
    assertTrue(out.getMessage().contains("Cloud Storage"), out.getMessage());
    assertFalse(out.getMessage().contains("BigQuery"), out.getMessage());
  }
}
