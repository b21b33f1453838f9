package io.writeback.standin.domo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthorizationTest {
  private DomoStandIn domo;
  private DomoClient client;
  private String id;

  private void start(Settings settings) {
    domo = DomoStandIn.start(settings);
    id =
        domo.add(
                DataSetSpec.of(
                    "d", ListRows.of(List.of(new Column("a", DomoType.LONG)), new String[] {"1"})))
            .id();
    client = new DomoClient(domo.endpoint());
  }

  @BeforeEach
  void start() {
    start(Settings.defaults().withScopes(Set.of("data", "user")));
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    domo.close();
  }

  private void restart(Settings settings) throws IOException {
    stop();
    start(settings);
  }

  @Test
  void aTokenIsAJwtThatTellsItsEnd() throws Exception {
    domo.clock().stopAt(Instant.parse("2026-01-01T00:00:00.900Z"));
    DomoClient.Answer answer = client.token("grant_type=client_credentials&scope=data%20user");
    assertEquals(200, answer.status());
    JsonNode json = answer.json();
    assertEquals("bearer", json.get("token_type").textValue());
    assertEquals("acmecompany", json.get("customer").textValue());
    assertEquals("data user", json.get("scope").textValue());
    assertEquals(3599, json.get("expires_in").intValue());
    assertFalse(json.has("refresh_token"));
    String[] parts = json.get("access_token").textValue().split("\\.", -1);
    assertEquals(3, parts.length);
    JsonNode claims =
        Json.MAPPER.readTree(new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8));
    assertEquals(
        Instant.parse("2026-01-01T00:59:59Z").getEpochSecond(), claims.get("exp").longValue());
  }

  @Test
  void postingAFormWorksToo() throws Exception {
    DomoClient.Answer answer =
        client.call(
            "POST",
            "/oauth/token",
            "grant_type=client_credentials&scope=data",
            "Authorization",
            DomoClient.basic("client", "secret"));
    assertEquals("data", answer.json().get("scope").textValue());
  }

  @Test
  void withoutScopesTheClientGetsAllItHas() throws Exception {
    assertEquals(
        "data user", client.token("grant_type=client_credentials").json().get("scope").textValue());
  }

  @Test
  void wrongCredentialsGrantsAndScopesAreRefused() throws Exception {
    for (String header : List.of("", "Bearer x", "Basic !", DomoClient.basic("client", "wrong"))) {
      DomoClient.Answer answer =
          client.get("/oauth/token?grant_type=client_credentials", "Authorization", header);
      assertEquals(401, answer.status(), header);
      assertEquals("Unauthorized", answer.json().get("statusReason").textValue());
    }
    assertRefused("grant_type=password", "unsupported_grant_type");
    assertRefused("scope=data", "invalid_request");
    assertRefused("grant_type=client_credentials&scope=data%20audit", "invalid_scope");
  }

  private void assertRefused(String query, String error) throws IOException {
    DomoClient.Answer answer = client.token(query);
    assertEquals(400, answer.status());
    assertEquals(error, answer.json().get("error").textValue());
  }

  @Test
  void withoutATokenOrTheScopeThereIsA403() throws Exception {
    DomoClient.Answer missing = client.get("/v1/datasets");
    assertEquals(403, missing.status());
    assertEquals(
        List.of("status", "toe"),
        List.copyOf(missing.json().properties().stream().map(e -> e.getKey()).toList()));

    client.bearer(
        client
            .token("grant_type=client_credentials&scope=user")
            .json()
            .get("access_token")
            .textValue());
    assertEquals(403, client.get("/v1/datasets").status());
  }

  @Test
  void anUnknownTokenIsA401WithTheReasonInAHeader() throws Exception {
    client.bearer("nonsense");
    DomoClient.Answer answer = client.get("/v1/datasets");
    assertEquals(401, answer.status());
    assertTrue(
        answer.header("WWW-Authenticate").startsWith("Bearer error=\"invalid_token\""),
        answer.header("WWW-Authenticate"));
    assertEquals("invalid_token", answer.json().get("error").textValue());
  }

  @Test
  void aTokenLivesAsLongAsItSays() throws Exception {
    restart(Settings.defaults().withTokenTtl(Duration.ofSeconds(60)));
    client.logIn();
    domo.clock().advance(Duration.ofSeconds(55));
    assertEquals(200, client.get("/v1/datasets").status());
    domo.clock().advance(Duration.ofSeconds(6));
    assertEquals(401, client.get("/v1/datasets").status());
    assertEquals(401, client.csv(id, "").status());
    client.logIn();
    assertEquals(200, client.get("/v1/datasets").status());
  }

  @Test
  void anExpiredTokenOnACsvCallMayLookLike406() throws Exception {
    restart(Settings.defaults().withExpiredCsvIs406(true));
    client.logIn();
    domo.expireTokens();
    DomoClient.Answer csv = client.csv(id, "", "Accept", "text/csv");
    assertEquals(406, csv.status());
    assertTrue(csv.header("Content-Type").startsWith("text/html"));
    assertTrue(csv.text().contains("<html>"));
    assertEquals(401, client.get("/v1/datasets/" + id).status());
  }

  @Test
  void instanceEndpointsWantTheDeveloperToken() throws Exception {
    String path = "/api/data/v2/datasources/" + id + "/dataversions";
    client.logIn();
    for (DomoClient.Answer answer :
        List.of(client.get(path), client.get(path, "X-DOMO-Developer-Token", "wrong"))) {
      assertEquals(403, answer.status());
      assertTrue(answer.json().has("toe"));
    }
    assertEquals(200, client.instance(path).status());
  }
}
