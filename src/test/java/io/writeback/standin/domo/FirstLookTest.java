package io.writeback.standin.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.standin.domo.rows.TpchRows;
import org.junit.jupiter.api.Test;

/** What anybody does first: log in, look at the list, read a DataSet, count it. */
class FirstLookTest {
  @Test
  void aTpchTableIsListedExportedAndCounted() throws Exception {
    try (DomoStandIn domo = DomoStandIn.start(Settings.defaults());
        DomoClient client = new DomoClient(domo.endpoint())) {
      DomoDataSet customer = domo.add(DataSetSpec.of("customer", TpchRows.of("customer", 0.01)));

      client.logIn();
      JsonNode list = client.get("/v1/datasets").json();
      assertEquals(customer.id(), list.get(0).get("id").textValue());
      assertEquals(1500, list.get(0).get("rows").longValue());

      JsonNode details = client.get("/v1/datasets/" + customer.id()).json();
      assertEquals(
          "{\"type\":\"LONG\",\"name\":\"custkey\"}",
          details.get("schema").get("columns").get(0).toString());

      String csv = client.csv(customer.id(), "includeHeader=true").text();
      assertEquals(1501, csv.lines().count());
      assertEquals(
          "custkey,name,address,nationkey,phone,acctbal,mktsegment,comment",
          csv.lines().findFirst().orElseThrow());

      JsonNode count = client.query(customer.id(), "SELECT COUNT(*) FROM table").json();
      assertEquals("[[1500]]", count.get("rows").toString());
    }
  }
}
