package io.writeback.standin.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RowSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Version history, streams, and the other endpoints of an instance. */
class VersionEndpointsTest {
  private final DomoStandIn domo = DomoStandIn.start(Settings.defaults());
  private DomoClient client;
  private DomoDataSet dataSet;

  @BeforeEach
  void publishThree() throws IOException {
    domo.clock().stopAt(Instant.parse("2026-01-01T00:00:00Z"));
    client = DomoClient.loggedIn(domo);
    dataSet = domo.add(DataSetSpec.of("d", values("a", "b")).withKeyColumns(List.of("v")));
    domo.clock().advance(Duration.ofMinutes(1));
    domo.publish(dataSet.id(), values("c"), Action.APPEND);
    domo.clock().advance(Duration.ofMinutes(1));
    domo.publish(
        dataSet.id(),
        ListRows.of(
            List.of(new Column("v", DomoType.STRING), new Column("w", DomoType.LONG)),
            new String[] {"d", "1"}),
        Action.REPLACE);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    domo.close();
  }

  private static RowSource values(String... values) {
    String[][] rows = new String[values.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new String[] {values[i]};
    }
    return ListRows.of(List.of(new Column("v", DomoType.STRING)), rows);
  }

  private String v2(String rest) {
    return "/api/data/v2/datasources/" + dataSet.id() + rest;
  }

  @Test
  void versionsAreListedWithTheirSchemaAndRows() throws Exception {
    JsonNode list = client.instance(v2("/dataversions")).json();
    assertEquals(3, list.size());
    assertEquals(
        "{\"schemaId\":1,\"dataId\":2,\"uploadStatus\":\"success\","
            + "\"recordedDate\":\"2026-01-01T00:01:00Z\","
            + "\"uploadCompletedDate\":\"2026-01-01T00:01:00Z\",\"numRows\":1,\"numBytes\":8}",
        list.get(1).toString());
    assertEquals(2, list.get(2).get("schemaId").intValue());

    JsonNode details =
        client
            .instance("/api/data/v3/datasources/" + dataSet.id() + "/dataversions/details")
            .json();
    assertEquals(3, details.get(2).get("dataVersionId").intValue());
    assertEquals(1767225720000L, details.get(2).get("datetimeRecorded").longValue());
  }

  @Test
  void aVersionIsReadWholeOrAsItWasUploaded() throws Exception {
    assertEquals("a\nb\n", client.instance(v2("/dataversions/1")).text());
    assertEquals("a\nb\nc\n", client.instance(v2("/dataversions/2")).text());
    assertEquals("c\n", client.instance(v2("/dataversions/2?excludeAppendedData=true")).text());
    assertEquals("a\n", client.instance(v2("/dataversions/2?rowLimit=1")).text());
    assertEquals(
        "v,w\nd,1\n", client.instance(v2("/dataversions/latest?includeHeader=true")).text());
    assertEquals(404, client.instance(v2("/dataversions/4")).status());
  }

  @Test
  void aPurgedVersionIsGoneFromHistoryOnly() throws Exception {
    dataSet.purge(3);
    assertEquals(2, client.instance(v2("/dataversions")).json().size());
    assertEquals(404, client.instance(v2("/dataversions/3")).status());
    assertEquals("d,1\n", client.csv(dataSet.id(), "").text());
  }

  @Test
  void latestIsWhatIsIndexed() throws Exception {
    dataSet.lag(Duration.ofMinutes(10));
    domo.publish(dataSet.id(), values("e"), Action.REPLACE);
    assertEquals(4, client.instance(v2("/dataversions")).json().size());
    assertEquals("d,1\n", client.instance(v2("/dataversions/latest")).text());
    domo.clock().advance(Duration.ofMinutes(10));
    assertEquals("e\n", client.instance(v2("/dataversions/latest")).text());
  }

  @Test
  void schemaAndDataSourceShowTheLastVersion() throws Exception {
    JsonNode schema = client.instance(v2("/schemas/latest")).json();
    assertEquals(
        "[{\"type\":\"STRING\",\"name\":\"v\"},{\"type\":\"LONG\",\"name\":\"w\"}]",
        schema.get("schema").get("columns").toString());

    JsonNode source =
        client.instance("/api/data/v3/datasources/" + dataSet.id() + "?part=core").json();
    assertEquals(1, source.get("rowCount").intValue());
    assertEquals(2, source.get("columnCount").intValue());
    assertEquals(1767225720000L, source.get("lastUpdated").longValue());
    assertEquals(dataSet.streamId(), source.get("streamId").longValue());
  }

  @Test
  void bulkAnswersForThoseItKnows() throws Exception {
    DomoClient.Answer answer =
        client.call(
            "POST",
            "/api/data/v3/datasources/bulk?part=core,rowcolcount,status",
            "[\"" + dataSet.id() + "\",\"unknown\"]",
            "X-DOMO-Developer-Token",
            "developer-token");
    assertEquals(1, answer.json().get("count").intValue());
    assertEquals(dataSet.id(), answer.json().get("dataSources").get(0).get("id").textValue());
  }

  @Test
  void aQueryCanBeExportedAsCsv() throws Exception {
    String path = "/api/query/v1/execute/export/" + dataSet.id() + "?includeHeader=true";
    String body = "{\"sql\":\"SELECT w, v FROM t WHERE v = 'd'\"}";
    assertEquals(403, client.call("POST", path, body).status());
    assertEquals(
        "w,v\n1,d\n",
        client.call("POST", path, body, "X-DOMO-Developer-Token", "developer-token").text());
  }

  @Test
  void aStreamIsFoundByItsDataSetAndListsExecutionsNewestFirst() throws Exception {
    String search = "/v1/streams/search?q=dataSource.id:" + dataSet.id() + "&fields=all";
    JsonNode stream = client.get(search).json().get(0);
    assertEquals("REPLACE", stream.get("updateMethod").textValue());
    assertEquals("[\"v\"]", stream.get("keyColumnNames").toString());

    String executions = "/v1/streams/" + stream.get("id") + "/executions";
    JsonNode list = client.get(executions + "?limit=2").json();
    assertEquals(2, list.size());
    assertEquals(3, list.get(0).get("id").intValue());
    assertEquals("SUCCESS", list.get(0).get("currentState").textValue());
    assertEquals(1, client.get(executions + "?limit=900&offset=2").json().size());

    JsonNode instance = client.instance("/api/data/v1/streams/" + stream.get("id")).json();
    assertEquals(3, instance.get("lastSuccessfulExecution").get("executionId").intValue());

    dataSet.streamBacked(false);
    assertEquals("[]", client.get(search).text());
    assertEquals(404, client.get(executions).status());
    assertFalse(client.instance("/api/data/v3/datasources/" + dataSet.id()).json().has("streamId"));
    assertEquals(400, client.get("/v1/streams/search?q=name:x").status());
    assertTrue(client.get("/v1/streams/search").json().has("toe"));
  }
}
