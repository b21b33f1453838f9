package io.writeback.standin.bigquery.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.google.api.core.ApiFuture;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.Exceptions;
import com.google.cloud.bigquery.storage.v1.StreamWriter;
import com.google.cloud.bigquery.storage.v1.WriteStream.Type;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the real client sees of each fault, and what the table has then. */
class StorageFaultsTest {
  private static final RowSchema IDS = RowSchema.ids();
  private static StorageClients bq;

  @BeforeAll
  static void start() throws Exception {
    bq = new StorageClients();
  }

  @AfterAll
  static void stop() {
    bq.close();
  }

  @Test
  void aRefusedCallHasNoEffect() throws Exception {
    String stream = bq.stream(bq.create("refused", "id INT64"), Type.COMMITTED);
    arm("AppendRows", stream, new StorageFault.Refuse(Status.FAILED_PRECONDITION));
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      assertEquals("FAILED_PRECONDITION", failure(writer.append(IDS.rows(1), 0)));
    }
    arm("FinalizeWriteStream", stream, new StorageFault.Refuse(Status.ABORTED));
    Exception refused =
        assertThrows(RuntimeException.class, () -> bq.write.finalizeWriteStream(stream));
    assertEquals("ABORTED", StorageAnswers.code(refused));
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      writer.append(IDS.rows(2), 0).get();
    }
    assertEquals(List.of(2), bq.ids("refused"));
  }

  @Test
  void anAppendWithALostAnswerIsResentByTheClientAndAlreadyExists() throws Exception {
    String stream = bq.stream(bq.create("lost", "id INT64"), Type.COMMITTED);
    arm("AppendRows", stream, new StorageFault.LoseAnswer());
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      assertInstanceOf(
          Exceptions.OffsetAlreadyExists.class, thrown(writer.append(IDS.rows(1, 2), 0)));
    }
    assertEquals(List.of(1, 2), bq.ids("lost"));
  }

  @Test
  void anAppendReportedFailedMayHaveLanded() throws Exception {
    String stream = bq.stream(bq.create("landed", "id INT64"), Type.COMMITTED);
    arm("AppendRows", stream, new StorageFault.FailYetLand(Status.INVALID_ARGUMENT));
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      assertEquals("INVALID_ARGUMENT", failure(writer.append(IDS.rows(1), 0)));
      assertEquals(List.of(1), bq.ids("landed"));
      assertInstanceOf(Exceptions.OffsetAlreadyExists.class, thrown(writer.append(IDS.rows(1), 0)));
    }
    assertEquals(List.of(1), bq.ids("landed"));
  }

  @Test
  void anAppendRefusedInTheStreamLeavesTheConnectionUsable() throws Exception {
    String stream = bq.stream(bq.create("instream", "id INT64"), Type.COMMITTED);
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      writer.append(IDS.rows(1), 0).get();
      arm("AppendRows", stream, new StorageFault.RefuseInStream(Status.INVALID_ARGUMENT));
      assertEquals("INVALID_ARGUMENT", failure(writer.append(IDS.rows(2), 1)));
      assertEquals(List.of(1), bq.ids("instream"));
      writer.append(IDS.rows(3), 1).get();
    }
    assertEquals(List.of(1, 3), bq.ids("instream"));
  }

  @Test
  void anAppendHeldBeforeAFinalizeDoesNotLand() throws Exception {
    String stream = bq.stream(bq.create("heldbefore", "id INT64"), Type.COMMITTED);
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      writer.append(IDS.rows(1), 0).get();
      CountDownLatch release = new CountDownLatch(1);
      arm("AppendRows", stream, new StorageFault.HoldBefore(release));
      ApiFuture<AppendRowsResponse> held = writer.append(IDS.rows(2), 1);
      assertEquals(1, bq.write.finalizeWriteStream(stream).getRowCount());
      release.countDown();
      assertInstanceOf(Exceptions.StreamFinalizedException.class, thrown(held));
    }
    assertEquals(List.of(1), bq.ids("heldbefore"));
  }

  @Test
  void anAppendWithAHeldAnswerHasLanded() throws Exception {
    String stream = bq.stream(bq.create("heldanswer", "id INT64"), Type.COMMITTED);
    CountDownLatch release = new CountDownLatch(1);
    arm("AppendRows", stream, new StorageFault.HoldAnswer(release));
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      ApiFuture<AppendRowsResponse> held = writer.append(IDS.rows(1), 0);
      assertTimeoutPreemptively(
          Duration.ofSeconds(60),
          () -> {
            while (bq.ids("heldanswer").isEmpty()) {
              Thread.onSpinWait();
            }
          });
      assertFalse(held.isDone());
      release.countDown();
      assertEquals(0, held.get().getAppendResult().getOffset().getValue());
    }
  }

  @Test
  void aFinalizeThatRacesAppendsCountsExactlyTheRowsThatLanded() throws Exception {
    String stream = bq.stream(bq.create("race", "id INT64"), Type.COMMITTED);
    CountDownLatch running = new CountDownLatch(5);
    CompletableFuture<Integer> landed =
        CompletableFuture.supplyAsync(() -> appendUntilFinalized(stream, running));
    running.await(30, TimeUnit.SECONDS);
    long counted = bq.write.finalizeWriteStream(stream).getRowCount();
    assertEquals(counted, landed.get(30, TimeUnit.SECONDS).longValue());
    assertEquals(counted, bq.ids("race").size());
  }

  private static int appendUntilFinalized(String stream, CountDownLatch running) {
    int rows = 0;
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      while (true) {
        writer.append(IDS.rows(rows, rows + 1), rows).get();
        rows += 2;
        running.countDown();
      }
    } catch (ExecutionException e) {
      assertInstanceOf(Exceptions.StreamFinalizedException.class, e.getCause());
      return rows;
    } catch (java.io.IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void arm(String method, String stream, StorageFault fault) {
    bq.service
        .storageFaults()
        .once(call -> call.is(method) && call.resource().equals(stream), fault);
  }

  private static Throwable thrown(ApiFuture<?> future) {
    return assertThrows(ExecutionException.class, () -> future.get(60, TimeUnit.SECONDS))
        .getCause();
  }

  private static String failure(ApiFuture<?> future) {
    return StorageAnswers.code(thrown(future));
  }
}
