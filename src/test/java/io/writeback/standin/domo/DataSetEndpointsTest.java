package io.writeback.standin.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RandomRows;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DataSetEndpointsTest {
  private final DomoStandIn domo = DomoStandIn.start(Settings.defaults());
  private DomoClient client;

  @BeforeEach
  void logIn() throws IOException {
    domo.clock().stopAt(Instant.parse("2026-01-01T10:00:00.567Z"));
    client = DomoClient.loggedIn(domo);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    domo.close();
  }

  private DomoDataSet add(String name) {
    return domo.add(DataSetSpec.of(name, RandomRows.of(1, 3)));
  }

  private String names(String query) throws IOException {
    return String.join(
        " ",
        StreamSupport.stream(client.get("/v1/datasets?" + query).json().spliterator(), false)
            .map(d -> d.get("name").textValue())
            .toList());
  }

  @Test
  void aListHasNoMoreThan50EvenIfAskedForMore() throws Exception {
    for (int i = 0; i < 60; i++) {
      add("d" + i);
    }
    assertEquals(50, client.get("/v1/datasets").json().size());
    assertEquals(50, client.get("/v1/datasets?limit=500").json().size());
    assertEquals(7, client.get("/v1/datasets?limit=7").json().size());
    assertEquals(10, client.get("/v1/datasets?offset=50").json().size());
    assertEquals(0, client.get("/v1/datasets?offset=60").json().size());
    assertEquals(400, client.get("/v1/datasets?limit=many").status());
  }

  @Test
  void anItemOfTheListHasNoSchema() throws Exception {
    DomoDataSet dataSet = add("one");
    JsonNode item = client.get("/v1/datasets").json().get(0);
    assertEquals(
        "{\"id\":\""
            + dataSet.id()
            + "\",\"name\":\"one\",\"description\":\"\",\"rows\":3,\"columns\":8,"
            + "\"createdAt\":\"2026-01-01T10:00:00.567Z\",\"updatedAt\":\"2026-01-01T10:00:00.567Z\"}",
        item.toString());
  }

  @Test
  void namesAreFoundWithoutRegardToCaseAndSorted() throws Exception {
    for (String name : List.of("Beta Sales", "alpha", "SALES gamma")) {
      add(name);
      domo.clock().advance(Duration.ofSeconds(1));
    }
    domo.dataSet(DataSetSpec.of("alpha", null).id()).describe("touched last");
    assertEquals("Beta Sales SALES gamma", names("nameLike=sales"));
    assertEquals("Beta Sales SALES gamma alpha", names("sort=name"));
    assertEquals("alpha SALES gamma Beta Sales", names("sort=nameDescending"));
    assertEquals("alpha SALES gamma Beta Sales", names("sort=lastUpdated"));
    assertEquals("Beta Sales SALES gamma alpha", names("sort=lastUpdatedAscending"));
    assertEquals("alpha SALES gamma Beta Sales", names("sort=lastTouched"));
    assertEquals("Beta Sales SALES gamma alpha", names("sort=lastTouchedAscending"));
    assertEquals("SALES gamma alpha Beta Sales", names("sort=createdAt"));
    assertEquals("Beta Sales alpha SALES gamma", names("sort=createdAtAscending"));
    assertEquals(400, client.get("/v1/datasets?sort=colour").status());
  }

  @Test
  void aDataSetShowsSchemaTimesAndPolicies() throws Exception {
    DomoDataSet dataSet =
        domo.add(
            DataSetSpec.of(
                "typed",
                ListRows.of(
                    List.of(
                        new Column("amount", DomoType.DOUBLE), new Column("d", DomoType.DATE)))));
    domo.clock().advance(Duration.ofMinutes(1));
    dataSet.describe("better");
    JsonNode json = client.get("/v1/datasets/" + dataSet.id()).json();
    assertEquals("better", json.get("description").textValue());
    assertEquals(
        "{\"columns\":[{\"type\":\"DOUBLE\",\"name\":\"amount\"},{\"type\":\"DATE\",\"name\":\"d\"}]}",
        json.get("schema").toString());
    assertEquals("2026-01-01T10:00:00.567Z", json.get("dataCurrentAt").textValue());
    assertEquals("2026-01-01T10:01:00.567Z", json.get("updatedAt").textValue());
    assertFalse(json.get("pdpEnabled").booleanValue());
    assertEquals("open", json.get("policies").get(0).get("type").textValue());

    dataSet.policy(new PdpPolicy("own rows", "d", Set.of("2020-01-01")));
    json = client.get("/v1/datasets/" + dataSet.id()).json();
    assertTrue(json.get("pdpEnabled").booleanValue());
    assertEquals("own rows", json.get("policies").get(1).get("name").textValue());
  }

  @Test
  void aSchemaMayBeEmptyOrAbsent() throws Exception {
    DomoDataSet dataSet = add("shy");
    dataSet.schemaShown(SchemaShown.EMPTY);
    assertEquals(
        "{\"columns\":[]}",
        client.get("/v1/datasets/" + dataSet.id()).json().get("schema").toString());
    dataSet.schemaShown(SchemaShown.ABSENT);
    assertFalse(client.get("/v1/datasets/" + dataSet.id()).json().has("schema"));
  }

  @Test
  void aDeletedDataSetStillAnswersForItsId() throws Exception {
    DomoDataSet dataSet = add("gone");
    domo.delete(dataSet.id());
    assertEquals(
        "{\"id\":\"" + dataSet.id() + "\",\"deleted\":true}",
        client.get("/v1/datasets/" + dataSet.id()).text());
    assertEquals("[]", client.get("/v1/datasets").text());
    assertEquals(404, client.csv(dataSet.id(), "").status());
    assertEquals(404, client.query(dataSet.id(), "SELECT 1").status());
  }

  @Test
  void whatIsUnknownIsA404WithADocumentedBody() throws Exception {
    for (String path : List.of("/v1/datasets/none", "/v1/datasets/none/data", "/v2/nothing")) {
      DomoClient.Answer answer = client.get(path);
      assertEquals(404, answer.status(), path);
      JsonNode json = answer.json();
      assertEquals(404, json.get("status").intValue());
      assertEquals("Not Found", json.get("statusReason").textValue());
      assertTrue(json.has("message") && json.has("toe"));
    }
  }

  @Test
  void metadataMovesAtOnceAndDataAfterItsLag() throws Exception {
    DomoDataSet dataSet = add("late");
    dataSet.lag(Duration.ofMinutes(15));
    domo.clock().advance(Duration.ofMinutes(1));
    domo.publish(dataSet.id(), RandomRows.of(2, 5), Action.REPLACE);

    JsonNode json = client.get("/v1/datasets/" + dataSet.id()).json();
    assertEquals(5, json.get("rows").intValue());
    assertEquals("2026-01-01T10:01:00.567Z", json.get("dataCurrentAt").textValue());
    assertEquals("[[3]]", count(dataSet));
    String old = client.csv(dataSet.id(), "").text();

    domo.clock().advance(Duration.ofMinutes(15));
    assertEquals("[[5]]", count(dataSet));
    client.logIn();
    assertFalse(client.csv(dataSet.id(), "").text().equals(old));
  }

  private String count(DomoDataSet dataSet) throws IOException {
    return client.query(dataSet.id(), "SELECT COUNT(*) FROM t").json().get("rows").toString();
  }
}
