package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpResponseException;
import com.google.api.services.bigquery.model.ErrorProto;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BigQueryFaultsTest {
  static GoogleJsonResponseException answer(int code, String reason, String message) {
    GoogleJsonError.ErrorInfo info = new GoogleJsonError.ErrorInfo();
    info.setReason(reason);
    GoogleJsonError details = new GoogleJsonError();
    details.setErrors(List.of(info));
    details.setMessage(message);
    return new GoogleJsonResponseException(
        new HttpResponseException.Builder(code, "status", new HttpHeaders()), details);
  }

  @ParameterizedTest
  @CsvSource({
    "401,authError,CONFIGURATION",
    "403,accessDenied,CONFIGURATION",
    "403,rateLimitExceeded,RETRY",
    "403,quotaExceeded,RETRY",
    "404,notFound,CONFIGURATION",
    "400,invalid,FATAL",
    "408,timeout,RETRY",
    "412,conditionNotMet,RETRY",
    "429,rateLimitExceeded,RETRY",
    "500,'',RETRY",
    "502,unheardOf,RETRY",
    "500,internalError,RETRY",
    "503,backendError,RETRY"
  })
  void classifiesAnswers(int code, String reason, Fault fault) {
    FaultException classified = BigQueryFaults.of("trying", answer(code, reason, "words"));
    assertEquals(fault, classified.fault());
    assertTrue(classified.getMessage().startsWith("trying: words"), classified.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "403,accessDenied,Access Denied: File gs://b/o: Access Denied,roles/storage.objectUser",
    "400,invalid,'Cannot read and write in different locations: source: EU, destination: US',bigquery.gcs.bucket"
  })
  void namesTheBucketWhereItIsMeant(int code, String reason, String message, String words) {
    FaultException answer = BigQueryFaults.of("submitting", answer(code, reason, message));
    ErrorProto error = new ErrorProto().setReason(reason).setMessage(message);
    for (FaultException fault : List.of(answer, BigQueryFaults.of("job", error))) {
      assertEquals(Fault.CONFIGURATION, fault.fault());
      assertTrue(fault.getMessage().contains(words), fault.getMessage());
    }
  }

  @Test
  void anApiThatIsNotEnabledIsNoBucket() {
    FaultException fault =
        BigQueryFaults.of(
            "opening",
            answer(403, "accessNotConfigured", "Enable bigquerystorage.googleapis.com first"));
    assertFalse(fault.getMessage().contains("bigquery.gcs.bucket"), fault.getMessage());
  }

  @Test
  void noAnswerIsNoOutcome() {
    assertEquals(Fault.RETRY, BigQueryFaults.of("trying", new SocketTimeoutException("x")).fault());
  }

  @ParameterizedTest
  @CsvSource({
    "backendError,x,RETRY",
    "quotaExceeded,x,RETRY",
    "stopped,x,RETRY",
    "invalidQuery,Transaction is aborted due to concurrent update against table t,RETRY",
    "invalidQuery,Syntax error,FATAL",
    "accessDenied,x,CONFIGURATION",
    "notFound,x,CONFIGURATION",
    "invalid,x,FATAL"
  })
  void classifiesResultsOfJobs(String reason, String message, Fault fault) {
    ErrorProto error = new ErrorProto().setReason(reason).setMessage(message);
    assertEquals(fault, BigQueryFaults.of("job", error).fault());
  }

  @Test
  void leavesValuesOut() {
    for (String message :
        List.of(
            "Couldn't convert value to integer. Field: x; Value: s3cret",
            "Could not parse 's3cret' as INT64 for field x",
            "Bad value \"s3cret\" in field x")) {
      ErrorProto error = new ErrorProto().setReason("invalid").setMessage(message);
      String text = BigQueryFaults.of("job", error).getMessage();
      assertFalse(text.contains("s3cret"), text);
      assertTrue(text.contains("x"), text);
    }
  }
}
