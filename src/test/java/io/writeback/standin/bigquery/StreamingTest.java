package io.writeback.standin.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.InsertAllRequest;
import com.google.cloud.bigquery.InsertAllResponse;
import com.google.cloud.bigquery.Schema;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.StandardTableDefinition;
import com.google.cloud.bigquery.TableId;
import com.google.cloud.bigquery.TableInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StreamingTest {
  private static final Field ID = Field.of("id", StandardSQLTypeName.INT64);
  private static StandInClient bq;

  @BeforeAll
  static void start() {
    bq = new StandInClient();
  }

  @AfterAll
  static void stop() {
    bq.close();
  }

  @Test
  void anInsertIdIsTakenOnceAMinute() throws Exception {
    TableId id = bq.table("dedup", ID);
    InsertAllRequest request =
        InsertAllRequest.newBuilder(id)
            .addRow("t-0-1", Map.of("id", 1))
            .addRow("t-0-2", Map.of("id", 2))
            .build();
    assertFalse(bq.client.insertAll(request).hasErrors());
    assertFalse(bq.client.insertAll(request).hasErrors());
    assertEquals(List.of(List.of("2")), bq.rows("SELECT COUNT(*) FROM ds.dedup"));
  }

  @Test
  void oneBadRowStopsTheOthersUnlessItIsSkipped() throws Exception {
    TableId id = bq.table("badrow", ID);
    InsertAllRequest.Builder request =
        InsertAllRequest.newBuilder(id)
            .addRow(Map.of("id", "x"))
            .addRow(Map.of("id", 2))
            .addRow(Map.of("no", 1));
    InsertAllResponse response = bq.client.insertAll(request.build());
    assertEquals("invalid", response.getErrorsFor(0).get(0).getReason());
    assertEquals("stopped", response.getErrorsFor(1).get(0).getReason());
    assertEquals("no such field: no.", response.getErrorsFor(2).get(0).getMessage());
    assertEquals(List.of(List.of("0")), bq.rows("SELECT COUNT(*) FROM ds.badrow"));
    assertNull(bq.client.insertAll(request.setSkipInvalidRows(true).build()).getErrorsFor(1));
    assertEquals(List.of(List.of("2")), bq.rows("SELECT id FROM ds.badrow"));
  }

  @Test
  void streamedRowsCannotBeChangedForAWhile() throws Exception {
    TableId id = bq.table("buffer", ID);
    bq.client.insertAll(InsertAllRequest.newBuilder(id).addRow(Map.of("id", 1)).build());
    String message =
        bq.run("DELETE FROM ds.buffer WHERE id = 1").getStatus().getError().getMessage();
    assertTrue(message.contains("streaming buffer"), message);
    bq.service.drainStreamingBuffer(
        new io.writeback.standin.bigquery.catalog.TableId(bq.service.project(), "ds", "buffer"));
    assertNull(bq.run("DELETE FROM ds.buffer WHERE id = 1").getStatus().getError());
  }

  @Test
  void limitsAndMissingTables() {
    TableId id = bq.table("limits", ID);
    assertEquals(
        404,
        code(
            InsertAllRequest.newBuilder(TableId.of("ds", "none")).addRow(Map.of("id", 1)).build()));
    InsertAllRequest.Builder many = InsertAllRequest.newBuilder(id);
    for (int i = 0; i <= 50_000; i++) {
      many.addRow(Map.of("id", i));
    }
    assertEquals(400, code(many.build()));
    assertEquals(
        413,
        code(InsertAllRequest.newBuilder(id).addRow(Map.of("x", "y".repeat(11 << 20))).build()));
  }

  private static int code(InsertAllRequest request) {
    return assertThrows(BigQueryException.class, () -> bq.client.insertAll(request)).getCode();
  }

  @Test
  void aNewTableIsHiddenFromStreamingForAWhile() {
    try (StandInClient masked =
        new StandInClient(Settings.defaults().withStreamingMask(Duration.ofHours(1)))) {
      TableId id = masked.table("fresh", ID);
      assertEquals(
          404,
          assertThrows(
                  BigQueryException.class,
                  () ->
                      masked.client.insertAll(
                          InsertAllRequest.newBuilder(id).addRow(Map.of("id", 1)).build()))
              .getCode());
    }
  }

  @Test
  void aNewColumnMayBeVisibleLate() throws Exception {
    TableId id = bq.table("late", ID);
    CountDownLatch release = new CountDownLatch(1);
    bq.service.faults().once(r -> r.is("tables.patch"), new BigQueryFault.ColumnLate(release));
    Field name = Field.of("name", StandardSQLTypeName.STRING);
    bq.client.update(TableInfo.of(id, StandardTableDefinition.of(Schema.of(ID, name))));
    InsertAllRequest request =
        InsertAllRequest.newBuilder(id).addRow(Map.of("id", 1, "name", "x")).build();
    assertTrue(bq.client.insertAll(request).hasErrors());
    release.countDown();
    long deadline = System.nanoTime() + 60_000_000_000L;
    boolean landed = false;
    while (!landed && System.nanoTime() < deadline) {
      landed = !bq.client.insertAll(request).hasErrors();
    }
    assertTrue(landed);
    assertEquals(List.of(List.of("x")), bq.rows("SELECT name FROM ds.late"));
  }
}
