package io.writeback.standin.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.Schema;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.StandardTableDefinition;
import com.google.cloud.bigquery.TableId;
import com.google.cloud.bigquery.TableInfo;
import io.writeback.standin.bigquery.catalog.Warehouse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FaultTest {
  private static final Predicate<BigQueryRequest> INSERT = r -> r.is("tables.insert");
  private static StandInClient bq;

  @BeforeAll
  static void start() {
    bq = new StandInClient();
  }

  @AfterAll
  static void stop() {
    bq.close();
  }

  @AfterEach
  void disarm() {
    bq.service.faults().clear();
  }

  private static BigQueryException create(String table) {
    return assertThrows(
        BigQueryException.class, () -> bq.table(table, Field.of("id", StandardSQLTypeName.INT64)));
  }

  private static boolean exists(String table) {
    return bq.client.getTable(TableId.of("ds", table)) != null;
  }

  @Test
  void anAnswerIsLostAfterTheEffect() {
    bq.service.faults().always(INSERT, new BigQueryFault.AnswerLost());
    create("lost");
    assertTrue(exists("lost"));
  }

  @Test
  void aConnectionIsCutBeforeTheEffect() {
    bq.service.faults().always(INSERT, new BigQueryFault.CutBefore());
    create("cut");
    assertFalse(exists("cut"));
  }

  @Test
  void errorsBeforeAndAfterTheEffect() {
    bq.service.faults().once(INSERT, BigQueryFault.Refused.rateLimit());
    assertEquals("rateLimitExceeded", create("limited").getReason());
    bq.service.faults().once(INSERT, BigQueryFault.Refused.quota());
    assertEquals("quotaExceeded", create("limited").getReason());
    bq.service.faults().once(INSERT, BigQueryFault.Refused.backend(503));
    assertEquals(503, create("limited").getCode());
    assertFalse(exists("limited"));
    bq.service
        .faults()
        .once(INSERT, new BigQueryFault.ErrorAfter(500, "backendError", "Backend Error"));
    assertEquals(500, create("limited").getCode());
    assertTrue(exists("limited"));
  }

  @Test
  void anExpiredTokenIsFetchedAgain() {
    bq.service.expireTokens();
    assertFalse(exists("nothing"));
    bq.service.faults().once(r -> r.is("tables.get"), BigQueryFault.Refused.expiredToken());
    assertFalse(exists("nothing"));
  }

  @Test
  void bodiesAreTruncatedOrStall() {
    bq.table("body", Field.of("id", StandardSQLTypeName.INT64));
    bq.service.faults().always(r -> r.is("tables.get"), new BigQueryFault.TruncatedBody(20));
    assertThrows(BigQueryException.class, () -> exists("body"));
    bq.service.faults().clear();
    CountDownLatch release = new CountDownLatch(1);
    bq.service.faults().once(r -> r.is("tables.get"), new BigQueryFault.StalledBody(20, release));
    BigQuery impatient =
        bq.options(bq.service.serviceAccountJson())
            .setTransportOptions(
                com.google.cloud.http.HttpTransportOptions.newBuilder().setReadTimeout(300).build())
            .setRetrySettings(
                com.google.api.gax.retrying.RetrySettings.newBuilder().setMaxAttempts(1).build())
            .build()
            .getService();
    assertThrows(BigQueryException.class, () -> impatient.getTable(TableId.of("ds", "body")));
    release.countDown();
  }

  @Test
  void withoutAValidTokenThereIsNothing() throws Exception {
    HttpResponse<String> answer = get("/bigquery/v2/projects/local-project/datasets", null);
    assertEquals(401, answer.statusCode());
    assertTrue(answer.body().contains("\"authError\""));
    assertEquals(401, get("/projects/local-project/datasets", "Bearer nonsense").statusCode());
  }

  private static HttpResponse<String> get(String path, String authorization) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(bq.service.endpoint() + path));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aKeyThatTheServiceDoesNotKnowIsRefused() {
    try (StandInClient other = new StandInClient()) {
      String key =
          other
              .service
              .serviceAccountJson("stranger@elsewhere")
              .replace(other.service.endpoint().toString(), bq.service.endpoint().toString());
      BigQuery stranger = bq.connect(key);
      BigQueryException refused =
          assertThrows(BigQueryException.class, () -> stranger.getDataset("ds"));
      assertTrue(refused.getMessage().contains("invalid_grant"), refused.getMessage());
    }
  }

  @Test
  void aRevokedPermissionIsNamed() {
    String me = bq.service.serviceAccount();
    bq.service.permissions().revoke(me, "bigquery.tables.create");
    BigQueryException denied = create("denied");
    assertEquals(403, denied.getCode());
    assertEquals("accessDenied", denied.getReason());
    assertTrue(denied.getMessage().contains("bigquery.tables.create"), denied.getMessage());
    bq.service.permissions().grant(me, "bigquery.tables.create");
    bq.table("perm", Field.of("id", StandardSQLTypeName.INT64));
    bq.service.permissions().revoke(me, "bigquery.tables.create");
    assertEquals(
        List.of("bigquery.tables.get"),
        bq.client.testIamPermissions(
            TableId.of("ds", "perm"), List.of("bigquery.tables.get", "bigquery.tables.create")));
    bq.service.permissions().grant(me, "bigquery.tables.create");
  }

  @Test
  void thePortReadsAndWritesRowsInOrder() throws Exception {
    TableId id = TableId.of("ds", "port");
    bq.client.create(
        TableInfo.newBuilder(
                id,
                StandardTableDefinition.of(
                    Schema.of(
                        Field.of("id", StandardSQLTypeName.INT64),
                        Field.of("name", StandardSQLTypeName.STRING))))
            .build());
    bq.run("ALTER TABLE ds.port ADD PRIMARY KEY (id) NOT ENFORCED");
    Warehouse warehouse = bq.service.warehouse();
    var table = new io.writeback.standin.bigquery.catalog.TableId("local-project", "ds", "port");
    assertEquals(List.of("id"), warehouse.primaryKey(table));
    warehouse.append(table, List.of(List.of(1L, "a"), List.of(2L, "b"), List.of(3L, "c")));
    warehouse.change(
        table,
        List.of(
            new Warehouse.RowChange(false, List.of(2L, "B")),
            new Warehouse.RowChange(true, List.of(1L)),
            new Warehouse.RowChange(false, List.of(9L, "z"))));
    assertEquals(3, warehouse.rowCount(table));
    var frozen = warehouse.snapshot(table, List.of("name"), "id > 2 AND name != 'q'");
    warehouse.append(table, List.of(List.of(10L, "later")));
    try (Warehouse.RowCursor rows = warehouse.read(frozen, List.of(), 1)) {
      assertEquals(List.of("z"), rows.next());
      assertNull(rows.next());
    }
  }
}
