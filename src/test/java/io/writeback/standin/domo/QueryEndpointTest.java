package io.writeback.standin.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.TpchRows;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueryEndpointTest {
  private DomoStandIn domo;
  private DomoClient client;
  private DomoDataSet dataSet;

  @BeforeEach
  void start() throws IOException {
    start(Settings.defaults());
  }

  private void start(Settings settings) throws IOException {
    domo = DomoStandIn.start(settings);
    client = DomoClient.loggedIn(domo);
    dataSet =
        domo.add(
            DataSetSpec.of(
                "typed",
                ListRows.of(
                    List.of(
                        new Column("% of Value", DomoType.DOUBLE),
                        new Column("n", DomoType.LONG),
                        new Column("text", DomoType.STRING),
                        new Column("at", DomoType.DATETIME)),
                    new String[] {"0.0035", "9223372036854775807", "-", "2019-03-19T18:49:02"},
                    new String[] {null, null, null, null},
                    new String[] {"4.9E-324", "-1", "", null})));
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    domo.close();
  }

  private String rows(String sql) throws IOException {
    return client.query(dataSet.id(), sql).json().get("rows").toString();
  }

  @Test
  void theAnswerHasTheDocumentedShape() throws Exception {
    assertEquals(
        ("{'datasource':'ID','columns':['% of Value','text'],'metadata':["
                + "{'type':'DOUBLE','dataSourceId':'ID','maxLength':-1,'minLength':-1,'periodIndex':0},"
                + "{'type':'STRING','dataSourceId':'ID','maxLength':-1,'minLength':-1,'periodIndex':0}],"
                + "'rows':[[0.0035,'-']],'numRows':1,'numColumns':2,'fromcache':false}")
            .replace('\'', '"')
            .replace("ID", dataSet.id()),
        client
            .query(dataSet.id(), "SELECT `% of Value`, text FROM any WHERE n > 0 LIMIT 10")
            .text());
  }

  @Test
  void nullsAreEmptyTextOrNullBySwitchAndNumbersKeepTheirDigits() throws Exception {
    String sql = "SELECT * FROM table ORDER BY n DESC";
    assertEquals(
        "[[0.0035,9223372036854775807,\"-\",\"2019-03-19T18:49:02\"],[4.9E-324,-1,\"\",\"\"],"
            + "[\"\",\"\",\"\",\"\"]]",
        client.query(dataSet.id(), sql).text().replaceAll(".*\"rows\":(.*),\"numRows.*", "$1"));
    dataSet.queryNullsAsEmpty(false);
    assertTrue(rows(sql).endsWith("[null,null,null,null]]"), rows(sql));
  }

  @Test
  void badRequestsAreA400WithAReason() throws Exception {
    for (String body :
        List.of("", "{}", "{\"sql\":5}", "no json", "{\"sql\":\"SELECT x FROM t\"}")) {
      DomoClient.Answer answer =
          client.call("POST", "/v1/datasets/query/execute/" + dataSet.id(), body);
      assertEquals(400, answer.status(), body);
      assertEquals("Bad Request", answer.json().get("statusReason").textValue());
      assertTrue(answer.json().get("message").textValue().length() > 10);
      assertTrue(answer.json().get("toe").textValue().length() > 10);
    }
  }

  @Test
  void aResultIsCutAtTheCapWithoutAWord() throws Exception {
    stop();
    start(Settings.defaults().withQueryRowCap(2));
    assertEquals(2, client.query(dataSet.id(), "SELECT * FROM t").json().get("numRows").intValue());
    assertEquals(
        2, client.query(dataSet.id(), "SELECT * FROM t LIMIT 3").json().get("numRows").intValue());
    assertEquals("[[3]]", rows("SELECT COUNT(*) FROM t"));
  }

  @Test
  void pagesWithoutAnOrderOverlap() throws Exception {
    DomoDataSet customer = domo.add(DataSetSpec.of("customer", TpchRows.of("customer", 0.01)));
    Set<String> unordered = new HashSet<>();
    Set<String> ordered = new HashSet<>();
    for (int offset = 0; offset < 1500; offset += 500) {
      String page = " LIMIT 500 OFFSET " + offset;
      collect(client.query(customer.id(), "SELECT custkey FROM t" + page), unordered);
      collect(
          client.query(customer.id(), "SELECT custkey FROM t ORDER BY custkey" + page), ordered);
    }
    assertNotEquals(1500, unordered.size());
    assertEquals(1500, ordered.size());
  }

  private static void collect(DomoClient.Answer answer, Set<String> into) throws IOException {
    assertEquals(500, answer.json().get("numRows").intValue());
    for (JsonNode row : answer.json().get("rows")) {
      into.add(row.get(0).asText());
    }
  }
}
