package io.writeback.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotHeaders;
import java.util.Map;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class TableRouterTest {
  @Test
  void aTopicBecomesATableName() {
    TableRouter router = router(Map.of());
    assertEquals(new Target("ns", "domo_sales_v2"), router.target(plain("domo.sales-v2")));
    assertEquals(new Target("ns", "_2026"), router.target(plain("2026")));
  }

  @Test
  void aTransformRenamesPlainRecords() {
    SinkRecord renamed = renamed(plain("orders"), "sales");
    assertEquals(new Target("ns", "sales"), router(Map.of()).target(renamed));
  }

  @Test
  void rowsAndManifestOfASnapshotAgreeWhateverTransformsDo() {
    for (String format : new String[] {"{topic}", "{id}", "t_{name}_{topic}"}) {
      TableRouter router = router(Map.of(SinkConfig.TABLE_NAME_FORMAT, format));
      assertEquals(
          router.target(Manifests.of("s1", 1).build()), router.target(renamed(row("a"), "sales")));
    }
  }

  @Test
  void theMapWinsByTopicOrByDataSet() {
    TableRouter byTopic = router(Map.of(SinkConfig.TABLE_MAP, "a:other.sales"));
    assertEquals(new Target("other", "sales"), byTopic.target(row("a")));
    TableRouter byId = router(Map.of(SinkConfig.TABLE_MAP, "d1:sales"));
    assertEquals(new Target("ns", "sales"), byId.target(row("a")));
    assertEquals(new Target("ns", "sales"), byId.target(Manifests.of("s1", 1).build()));
  }

  @Test
  void twoNamesMustNotBecomeOneTable() {
    TableRouter router = router(Map.of());
    router.target(plain("sales.eu"));
    router.target(plain("sales.eu"));
    ConnectException e =
        assertThrows(ConnectException.class, () -> router.target(plain("sales_EU")));
    assertTrue(e.getMessage().contains("'sales.eu' and 'sales_EU'"), e.getMessage());
    assertTrue(e.getMessage().contains("table.map"), e.getMessage());
  }

  /** Whatever the order in which a task meets them. */
  @Test
  void namesThatWouldCollideMayEndInAStableSuffix() {
    Map<String, String> config = Map.of(SinkConfig.TABLE_NAME_COLLISION, "suffix");
    TableRouter one = router(config);
    String eu = one.target(plain("sales.eu")).table();
    String upper = one.target(plain("sales_EU")).table();
    assertEquals("sales_eu", one.target(plain("sales_eu")).table());
    assertTrue(eu.matches("sales_eu_[0-9a-f]{8}"), eu);
    assertTrue(upper.matches("sales_EU_[0-9a-f]{8}"), upper);
    assertTrue(!eu.equalsIgnoreCase(upper));
    TableRouter other = router(config);
    assertEquals(upper, other.target(plain("sales_EU")).table());
    assertEquals(eu, other.target(plain("sales.eu")).table());
  }

  @Test
  void severalTopicsMayBeMappedToOneTable() {
    TableRouter router = router(Map.of(SinkConfig.TABLE_MAP, "a:sales,b:sales"));
    assertEquals(router.target(plain("a")), router.target(plain("b")));
  }

  @Test
  void aRecordWithoutTheHeaderThatTheTemplateNeedsIsBad() {
    TableRouter router = router(Map.of(SinkConfig.TABLE_NAME_FORMAT, "t_{id}"));
    BadRowException e = assertThrows(BadRowException.class, () -> router.target(plain("a")));
    assertTrue(e.getMessage().contains("writeback.dataset"), e.getMessage());
  }

  @Test
  void longNamesAreCutAndStayApart() {
    String long1 = TableName.sanitise("x".repeat(200) + "1");
    String long2 = TableName.sanitise("x".repeat(200) + "2");
    assertEquals(TableName.MAX_LENGTH, long1.length());
    assertTrue(!long1.equals(long2));
  }

  private static TableRouter router(Map<String, String> config) {
    return new TableRouter(TestSettings.of(config));
  }

  private static SinkRecord plain(String topic) {
    return new SinkRecord(topic, 0, null, null, null, null, 0);
  }

  private static SinkRecord row(String topic) {
    ConnectHeaders headers = new ConnectHeaders();
    SnapshotHeaders.dataset(headers, "d1", "Data Set");
    SnapshotHeaders.row(headers, "s1", 1);
    return new SinkRecord(
        topic, 0, null, null, null, null, 0, 0L, TimestampType.CREATE_TIME, headers);
  }

  private static SinkRecord renamed(SinkRecord r, String topic) {
    return r.newRecord(
        topic, 3, r.keySchema(), r.key(), r.valueSchema(), r.value(), r.timestamp(), r.headers());
  }
}
