package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.domo.DomoException.Kind;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.TpchRows;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Logins: scopes, tokens that end at a bad time, and what must never be shown. */
class HttpLoginTest {
  private DomoStandIn domo = DomoStandIn.start(Settings.defaults());
  private DomoDataSet nation = nation();

  @AfterEach
  void stop() {
    domo.close();
  }

  @Test
  void aClientWithFewerScopesIsToldWhichSettingNamesThem() {
    start(Settings.defaults().withScopes(Set.of("data")));
    try (HttpDomoApi api = new ApiSettings(domo).api()) {
      DomoException e = assertThrows(DomoException.class, () -> api.dataset(nation.id()));
      assertEquals(Kind.SCOPE, e.kind());
      assertTrue(e.getMessage().contains("domo.scopes"), e.getMessage());
    }
    for (String scopes : List.of("data", "")) {
      try (HttpDomoApi api = new ApiSettings(domo).with("domo.scopes", scopes).api()) {
        assertEquals(25, api.dataset(nation.id()).rows());
      }
    }
  }

  @Test
  void aTokenWithoutTheScopeDataIsNotUsed() {
    start(Settings.defaults().withScopes(Set.of("user")));
    try (HttpDomoApi api = new ApiSettings(domo).with("domo.scopes", "").api()) {
      DomoException e = assertThrows(DomoException.class, () -> api.dataset(nation.id()));
      assertEquals(Kind.SCOPE, e.kind());
      assertEquals(0, domo.log().requests(Route.DATASET).size());
    }
  }

  /** The download goes on; what follows it needs another token. */
  @Test
  void aTokenThatEndsDuringADownloadDisturbsNothing() throws Exception {
    domo.faults().once(DomoRequest.on(Route.EXPORT), new DomoFault.ExpireTokens(5));
    try (HttpDomoApi api = new ApiSettings(domo).api();
        DomoApi.Export export = api.export(nation.id())) {
      assertTrue(
          new String(export.body().readAllBytes(), StandardCharsets.UTF_8).startsWith("nationkey"));
      assertEquals(25, api.dataset(nation.id()).rows());
      assertEquals(2, domo.log().requests(Route.TOKEN).size());
    }
  }

  /** A real OAuth server repeats the token that it refuses; a bad one the whole request. */
  @Test
  void whatDomoRepeatsOfASecretIsHidden() {
    AtomicReference<String> bearer = new AtomicReference<>("");
    domo.faults()
        .always(
            r -> {
              bearer.set(r.headers().getOrDefault("Authorization", "").replace("Bearer ", ""));
              return false;
            },
            DomoFault.reset());
    try (HttpDomoApi api = new ApiSettings(domo).withDeveloperToken("the-developer-token").api()) {
      api.dataset(nation.id());
      String token = bearer.get();
      assertFalse(token.isEmpty());
      echo(Route.DATASET, "Cannot convert access token to JSON: " + token);
      hidden(assertThrows(DomoException.class, () -> api.dataset(nation.id())), token);
      echo(Route.VERSIONS, "bad token the-developer-token");
      hidden(
          assertThrows(DomoException.class, () -> api.newest(DomoApi.Mark.UPLOAD, nation.id())),
          "the-developer-token");
    }
  }

  @Test
  void aRefusedDeveloperTokenIsNamedByItsSetting() {
    try (HttpDomoApi api = new ApiSettings(domo).withDeveloperToken("wrong-token").api()) {
      DomoException e =
          assertThrows(DomoException.class, () -> api.newest(DomoApi.Mark.UPLOAD, nation.id()));
      assertEquals(Kind.FORBIDDEN, e.kind());
      assertTrue(e.getMessage().contains("domo.developer.token"), e.getMessage());
      assertEquals(0, domo.log().requests(Route.TOKEN).size(), "another login");
    }
  }

  /** With the first attempt and with the one that follows a new token. */
  private void echo(Route route, String said) {
    domo.faults()
        .arm(
            DomoRequest.on(route),
            0,
            2,
            new DomoFault.Answer(
                400,
                Map.of("Content-Type", "application/json"),
                "{\"status\":400,\"message\":\"" + said + "\"}"));
  }

  private static void hidden(DomoException e, String secret) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      assertFalse(String.valueOf(t.getMessage()).contains(secret), t.getMessage());
    }
    assertTrue(e.getMessage().contains("[hidden]"), e.getMessage());
  }

  private void start(Settings settings) {
    domo.close();
    domo = DomoStandIn.start(settings);
    nation = nation();
  }

  private DomoDataSet nation() {
    return domo.add(DataSetSpec.of("nation", TpchRows.of("nation", 0.01)));
  }
}
