package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.oauth2.GoogleCredentials;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.Settings;
import io.writeback.standin.http.ForwardProxy;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of login, with the real auth library against a token service, over REST and grpc. */
class BigQueryLoginTest {
  private static final String AUDIENCE =
      "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/k";
  private static final String ACTOR = "actor@p.iam.gserviceaccount.com";

  @TempDir private Path directory;

  private final BigQueryStandIn standIn =
      BigQueryStandIn.start(Settings.defaults().withRateLimits(false));

  @BeforeEach
  void dataset() {
    standIn.createDataset(DATASET, "US");
  }

  @AfterEach
  void stop() {
    standIn.close();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve(UUID.randomUUID() + ".json"), text);
  }

  /** Writes through both APIs, also after the first tokens have expired. */
  private void works(Map<String, String> changes) {
    try (BigQueryRig rig = rig(changes)) {
      Claim claim = rig.claim();
      assertEquals(new Committed(1), rig.commit(rig.range(claim, 0, "a")));
      standIn.expireTokens();
      assertEquals(new Committed(2), rig.commit(rig.range(claim, 1, "b")));
      assertEquals(List.of("a", "b"), rig.notes());
    }
  }

  private BigQueryRig rig(Map<String, String> changes) {
    Map<String, String> config = new HashMap<>();
    config.put("bigquery.write.method", "storage_write");
    config.put("bigquery.oauth.token.url", standIn.endpoint().resolve("/token").toString());
    config.put("bigquery.iam.endpoint", standIn.endpoint().toString());
    config.putAll(changes);
    return new BigQueryRig(standIn, config);
  }

  /** Federation insists on TLS; what it sends to Google's token service goes to the stand-in. */
  private GoogleCredentials federated(String subject) throws IOException {
    String document =
        "{'type':'external_account','audience':'%s','token_url':'https://sts.googleapis.com/v1/token','subject_token_type':'urn:ietf:params:oauth:token-type:jwt','credential_source':{'file':'%s'}}"
            .replace('\'', '"')
            .formatted(AUDIENCE, file(subject));
    Map<String, String> config =
        BigQueryRig.config(standIn, Map.of("bigquery.credentials.json", document));
    return new BigQueryCredentials(
            new BigQuerySinkConfig(config).bigQuery(),
            () ->
                new NetHttpTransport.Builder()
                    .setConnectionFactory(
                        url -> {
                          assertEquals("sts.googleapis.com", url.getHost());
                          return (HttpURLConnection)
                              standIn.endpoint().resolve("/token").toURL().openConnection();
                        })
                    .build())
        .create();
  }

  @Test
  void aServiceAccountsKeyInAFile() throws IOException {
    works(
        Map.of(
            "bigquery.credentials.source",
            "key_file",
            "bigquery.credentials.file",
            file(standIn.serviceAccountJson()).toString()));
  }

  @Test
  void aServiceAccountsKeyInTheConfiguration() {
    works(Map.of());
  }

  @Test
  void aUsersRefreshTokenInADocument() {
    works(Map.of("bigquery.credentials.json", standIn.authorizedUserJson("me@example.com")));
  }

  @Test
  void aUsersRefreshTokenInKeysOfItsOwn() throws IOException {
    JsonNode user = new ObjectMapper().readTree(standIn.authorizedUserJson("me@example.com"));
    works(
        Map.of(
            "bigquery.credentials.source", "oauth_user",
            "bigquery.oauth.client.id", user.path("client_id").asText(),
            "bigquery.oauth.client.secret", user.path("client_secret").asText(),
            "bigquery.oauth.refresh.token", user.path("refresh_token").asText()));
  }

  @Test
  void workloadIdentityFederation() throws IOException {
    standIn.federate("a.jwt.of-kubernetes", "principal://pool/me");
    GoogleCredentials credentials = federated("a.jwt.of-kubernetes");
    for (int token = 0; token < 2; token++) {
      credentials.refresh();
      assertEquals(
          "principal://pool/me",
          standIn.authenticate("Bearer " + credentials.getAccessToken().getTokenValue()));
    }
    GoogleCredentials stranger = federated("s3cret.jwt.of-a-stranger");
    IOException refused = assertThrows(IOException.class, stranger::refresh);
    FaultException fault = BigQueryFaults.of("reading table t", refused);
    assertEquals(Fault.CONFIGURATION, fault.fault());
    assertFalse(fault.getMessage().contains("s3cret"), fault.getMessage());
  }

  @Test
  void aServiceAccountThatIsActedAs() {
    standIn.permissions().revoke(standIn.serviceAccount(), "bigquery.tables.updateData");
    standIn.permissions().revoke(standIn.serviceAccount(), "bigquery.jobs.create");
    works(Map.of("bigquery.impersonate.service.account", ACTOR));
  }

  @Test
  void oneWhoMayNotActAsAServiceAccountIsToldSo() {
    standIn.permissions().revoke(standIn.serviceAccount(), "iam.serviceAccounts.getAccessToken");
    try (BigQueryRig rig = rig(Map.of("bigquery.impersonate.service.account", ACTOR))) {
      FaultException refused = assertThrows(FaultException.class, rig::claim);
      assertEquals(Fault.CONFIGURATION, refused.fault());
      assertTrue(refused.getMessage().contains("credentials"), refused.getMessage());
    }
  }

  @Test
  void aRefusedTokenNamesTheCredentialsAndShowsNoSecret() {
    String secret = "1//" + UUID.randomUUID();
    try (BigQueryRig rig =
        rig(
            Map.of(
                "bigquery.credentials.source", "oauth_user",
                "bigquery.oauth.client.id", "c",
                "bigquery.oauth.client.secret", "s3cret-of-client",
                "bigquery.oauth.refresh.token", secret))) {
      FaultException refused = assertThrows(FaultException.class, rig::claim);
      assertEquals(Fault.CONFIGURATION, refused.fault());
      assertTrue(refused.getMessage().contains("bigquery.credentials"), refused.getMessage());
      for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
        assertFalse(String.valueOf(cause.getMessage()).contains(secret), "shows the token");
        assertFalse(String.valueOf(cause.getMessage()).contains("s3cret"), "shows the secret");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "token_url, https://sts.example.com/v1/token",
    "token_url, http://sts.googleapis.com/v1/token",
    "token_url, https://googleapis.com.example.com/v1/token",
    "service_account_impersonation_url, https://10.0.0.1/v1/x:generateAccessToken",
    "token_info_url, https://evil.example/info",
    "credential_source.url, http://10.0.0.7/admin",
    "credential_source.region_url, http://vault.internal/v1/secret",
    "credential_source.executable, rm"
  })
  void aDocumentDoesNotSendTheWorkerAnywhere(String field, String url) throws IOException {
    String[] path = field.split("\\.");
    String source =
        path.length == 1 ? "{\"file\":\"/x\"}" : "{\"" + path[1] + "\":\"" + url + "\"}";
    String document =
        "{\"type\":\"external_account\",\"token_url\":\"https://sts.googleapis.com/v1/token\",\"credential_source\":"
            + source
            + (path.length == 1 ? ",\"" + field + "\":\"" + url + "\"" : "")
            + "}";
    FaultException refused =
        assertThrows(
            FaultException.class,
            () -> CredentialDocument.read("bigquery.credentials.json", document.getBytes(), false));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertTrue(refused.getMessage().contains(path[path.length - 1]), refused.getMessage());
  }

  @Test
  void documentsOfGooglesOwnToolsAreTaken() throws IOException {
    for (String document :
        List.of(
            "{'type':'external_account','token_url':'https://sts.googleapis.com/v1/token','service_account_impersonation_url':'https://iamcredentials.googleapis.com/v1/x','credential_source':{'environment_id':'aws1','region_url':'http://169.254.169.254/latest','url':'http://169.254.169.254/latest','regional_cred_verification_url':'https://sts.{region}.amazonaws.com'}}",
            "{'type':'external_account','token_url':'https://sts.us-east1.rep.googleapis.com/v1/token','credential_source':{'url':'https://token.actions.githubusercontent.com'}}",
            "{'type':'service_account','token_uri':'https://oauth2.googleapis.com/token'}",
            "{'type':'service_account','token_uri':'https://accounts.google.com/o/oauth2/token'}")) {
      CredentialDocument.read("k", document.replace('\'', '"').getBytes(), false);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "me:pass word"})
  void allCallsGoThroughTheProxy(String login) {
    try (ForwardProxy proxy = new ForwardProxy(login)) {
      Map<String, String> config = new HashMap<>();
      config.put("bigquery.proxy.host", "127.0.0.1");
      config.put("bigquery.proxy.port", Integer.toString(proxy.port()));
      if (!login.isEmpty()) {
        config.put("bigquery.proxy.user", "me");
        config.put("bigquery.proxy.password", "pass word");
      }
      works(config);
      assertTrue(proxy.tunnels() > 0, "appends went through it");
      // Each call of REST and each token; jobs.insert alone shows that REST does.
      assertTrue(
          proxy.forwarded() > standIn.calls("jobs.insert") + standIn.calls("jobs.get"),
          "REST and tokens went through it");
    }
  }

  @Test
  void aProxyThatRefusesIsNamedByNoSecret() {
    try (ForwardProxy proxy = new ForwardProxy("me:right")) {
      BigQueryRig rig =
          rig(
              Map.of(
                  "bigquery.proxy.host", "127.0.0.1",
                  "bigquery.proxy.port", Integer.toString(proxy.port()),
                  "bigquery.proxy.user", "me",
                  "bigquery.proxy.password", "wr0ng"));
      FaultException refused = assertThrows(FaultException.class, rig::claim);
      assertFalse(refused.getMessage().contains("wr0ng"), refused.getMessage());
      assertTrue(proxy.refused() > 0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bigquery.credentials.source, oauth_user, bigquery.oauth.client.id",
    "bigquery.impersonate.service.account, somebody, bigquery.impersonate.service.account",
    "bigquery.proxy.user, me, bigquery.proxy.host",
    "bigquery.iam.endpoint, http://iam.example.com, bigquery.iam.endpoint",
    "bigquery.oauth.token.url, http://tokens.example.com, bigquery.oauth.token.url"
  })
  void whatCannotWorkIsAnErrorOnItsKey(String key, String value, String on) {
    Map<String, String> config = BigQuerySinkConnectorTest.valid();
    config.put(key, value);
    assertTrue(
        new BigQuerySinkConnector()
            .validate(config).configValues().stream()
                .anyMatch(v -> v.name().equals(on) && !v.errorMessages().isEmpty()));
  }
}
