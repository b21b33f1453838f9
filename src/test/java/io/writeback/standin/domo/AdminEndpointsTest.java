package io.writeback.standin.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.domo.rows.TpchRows;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminEndpointsTest {
  private final DomoStandIn domo = DomoStandIn.start(Settings.defaults());
  private final DomoDataSet dataSet =
      domo.add(
          DataSetSpec.of("region", TpchRows.of("region", 1))
              .withKeyColumns(TpchRows.keys("region")));
  private DomoClient client;

  @BeforeEach
  void logIn() throws IOException {
    client = DomoClient.loggedIn(domo);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    domo.close();
  }

  private DomoClient.Answer post(String path) throws IOException {
    return client.call("POST", "/__admin/" + path, "");
  }

  @Test
  void theNextVersionIsPublishedAndADataSetDeleted() throws Exception {
    String before = client.csv(dataSet.id(), "").text();
    assertEquals("{\"dataId\":2}", post("publish?id=" + dataSet.id()).text());
    assertFalse(before.equals(client.csv(dataSet.id(), "").text()));
    assertEquals(200, post("delete?id=" + dataSet.id()).status());
    assertEquals(404, post("publish?id=" + dataSet.id()).status());
  }

  @Test
  void faultsAreArmedAndDisarmed() throws Exception {
    assertEquals(200, post("faults?route=DATASET&kind=503&skip=1").status());
    assertEquals(200, client.get("/v1/datasets/" + dataSet.id()).status());
    assertEquals(503, client.get("/v1/datasets/" + dataSet.id()).status());
    for (String kind : List.of("reset", "cut&at=5")) {
      assertEquals(200, post("faults?route=EXPORT&kind=" + kind).status());
      assertThrows(IOException.class, () -> client.csv(dataSet.id(), ""));
    }
    assertEquals(200, post("faults?route=EXPORT&kind=drop&at=0&rows=2").status());
    assertEquals(3, client.csv(dataSet.id(), "").text().lines().count());
    assertEquals(200, post("faults?route=EXPORT&kind=429&times=99").status());
    assertEquals(429, client.csv(dataSet.id(), "").status());
    assertEquals(200, client.call("DELETE", "/__admin/faults", "").status());
    assertEquals(200, client.csv(dataSet.id(), "").status());
    assertEquals(400, post("faults?route=EXPORT&kind=odd").status());
    assertEquals(400, post("faults?route=NONE&kind=503").status());
  }

  @Test
  void theLogShowsRequestsWithoutCredentials() throws Exception {
    client.csv(dataSet.id(), "");
    String log = client.get("/__admin/log").text();
    assertTrue(log.contains("EXPORT GET /v1/datasets/" + dataSet.id() + "/data"), log);
    assertFalse(log.contains("Bearer"));
  }

  @Test
  void timeMovesAndTokensExpire() throws Exception {
    domo.clock().stopAt(Instant.parse("2026-01-01T00:00:00Z"));
    assertEquals("{\"now\":\"2026-01-01T00:01:00Z\"}", post("clock?seconds=60").text());
    assertEquals(200, post("tokens").status());
    assertEquals(401, client.get("/v1/datasets").status());
    assertEquals(404, post("nothing").status());
  }
}
