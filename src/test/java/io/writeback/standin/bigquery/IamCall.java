package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.http.HttpCall;
import java.io.IOException;

/** generateAccessToken of the IAM Credentials API: one who may, acts as a service account. */
final class IamCall {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BEFORE = "/serviceAccounts/";
  private static final String AFTER = ":generateAccessToken";

  private IamCall() {}

  static boolean is(HttpCall http) {
    return http.path().endsWith(AFTER) && http.path().contains(BEFORE);
  }

  static Answer answer(HttpCall http, Tokens tokens, Permissions permissions) throws IOException {
    String email =
        http.path()
            .substring(
                http.path().indexOf(BEFORE) + BEFORE.length(),
                http.path().length() - AFTER.length());
    String caller = tokens.authenticate(http.header("Authorization").orElse(null));
    JsonNode body = JSON.readTree(RequestBody.text(http));
    if (body.path("scope").isEmpty()) {
      throw new ApiException(400, "invalid", "Scope list must not be empty");
    }
    permissions.require(caller, "iam.serviceAccounts.getAccessToken", "ServiceAccount " + email);
    return Answer.json(tokens.impersonate(email));
  }
}
