package io.writeback.standin.bigquery.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode.Code;
import com.google.cloud.bigquery.storage.v1.BatchCommitWriteStreamsRequest;
import com.google.cloud.bigquery.storage.v1.BatchCommitWriteStreamsResponse;
import com.google.cloud.bigquery.storage.v1.Exceptions;
import com.google.cloud.bigquery.storage.v1.FlushRowsRequest;
import com.google.cloud.bigquery.storage.v1.StorageError.StorageErrorCode;
import com.google.cloud.bigquery.storage.v1.StreamWriter;
import com.google.cloud.bigquery.storage.v1.WriteStream.Type;
import com.google.protobuf.Int64Value;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What each type of stream shows when, through the real client. */
class WriteStreamTest {
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
  void theDefaultStreamShowsRowsAtOnceAndTakesNoOffset() throws Exception {
    String stream = bq.create("defaults", "id INT64") + "/_default";
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      assertFalse(writer.append(IDS.rows(1, 2)).get().getAppendResult().hasOffset());
      assertEquals(List.of(1, 2), bq.ids("defaults"));
      assertFailure(Code.INVALID_ARGUMENT, () -> writer.append(IDS.rows(3), 2).get());
    }
    assertFailure(Code.INVALID_ARGUMENT, () -> bq.write.finalizeWriteStream(stream));
  }

  @Test
  void aCommittedStreamTakesEachOffsetOnce() throws Exception {
    String stream = bq.stream(bq.create("committed", "id INT64"), Type.COMMITTED);
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      assertEquals(
          0, writer.append(IDS.rows(1, 2), 0).get().getAppendResult().getOffset().getValue());
      assertEquals(List.of(1, 2), bq.ids("committed"));
      Exceptions.OffsetAlreadyExists exists =
          cause(Exceptions.OffsetAlreadyExists.class, () -> writer.append(IDS.rows(9), 1).get());
      assertEquals(2, exists.getExpectedOffset());
      assertEquals(1, exists.getActualOffset());
      Exceptions.OffsetOutOfRange beyond =
          cause(Exceptions.OffsetOutOfRange.class, () -> writer.append(IDS.rows(9), 7).get());
      assertEquals(2, beyond.getExpectedOffset());
      assertEquals(7, beyond.getActualOffset());
      assertEquals(2, writer.append(IDS.rows(3)).get().getAppendResult().getOffset().getValue());
    }
    assertEquals(List.of(1, 2, 3), bq.ids("committed"));
  }

  @Test
  void twoWritersOfOneStreamShareItsOffsets() throws Exception {
    String stream = bq.stream(bq.create("shared", "id INT64"), Type.COMMITTED);
    try (StreamWriter one = bq.writer(stream, IDS.proto());
        StreamWriter two = bq.writer(stream, IDS.proto())) {
      one.append(IDS.rows(1), 0).get();
      cause(Exceptions.OffsetAlreadyExists.class, () -> two.append(IDS.rows(2), 0).get());
      two.append(IDS.rows(2), 1).get();
    }
    assertEquals(List.of(1, 2), bq.ids("shared"));
  }

  @Test
  void aFinalizedStreamKeepsItsCountAndTakesNothing() throws Exception {
    String stream = bq.stream(bq.create("final", "id INT64"), Type.COMMITTED);
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      writer.append(IDS.rows(1, 2), 0).get();
      assertEquals(2, bq.write.finalizeWriteStream(stream).getRowCount());
      assertEquals(2, bq.write.finalizeWriteStream(stream).getRowCount());
      cause(Exceptions.StreamFinalizedException.class, () -> writer.append(IDS.rows(3), 2).get());
    }
    assertEquals(List.of(1, 2), bq.ids("final"));
  }

  @Test
  void bufferedRowsAppearUpToTheFlushedOffset() throws Exception {
    String stream = bq.stream(bq.create("buffered", "id INT64"), Type.BUFFERED);
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      writer.append(IDS.rows(1, 2, 3), 0).get();
    }
    assertEquals(List.of(), bq.ids("buffered"));
    assertEquals(1, flush(stream, 1));
    assertEquals(List.of(1, 2), bq.ids("buffered"));
    assertEquals(1, flush(stream, 0), "an earlier offset changes nothing");
    assertFailure(Code.OUT_OF_RANGE, () -> flush(stream, 3));
    assertEquals(2, flush(stream, 2));
    assertEquals(List.of(1, 2, 3), bq.ids("buffered"));
    assertEquals(3, bq.write.finalizeWriteStream(stream).getRowCount());
    assertFailure(Code.INVALID_ARGUMENT, () -> flush(stream, 2));
  }

  @Test
  void onlyBufferedStreamsAreFlushed() throws Exception {
    String stream = bq.stream(bq.create("unflushable", "id INT64"), Type.COMMITTED);
    assertFailure(Code.INVALID_ARGUMENT, () -> flush(stream, 0));
  }

  @Test
  void pendingStreamsAreCommittedTogetherOrNotAtAllAndOnce() throws Exception {
    String table = bq.create("pending", "id INT64");
    String one = pending(table, 1);
    String two = pending(table, 2);
    String open = bq.stream(table, Type.PENDING);
    assertEquals(List.of(), bq.ids("pending"));
    BatchCommitWriteStreamsResponse refused = commit(table, one, two, open);
    assertFalse(refused.hasCommitTime());
    assertEquals(StorageErrorCode.INVALID_STREAM_STATE, refused.getStreamErrors(0).getCode());
    assertEquals(List.of(), bq.ids("pending"));
    assertTrue(commit(table, one, two).hasCommitTime());
    assertEquals(List.of(1, 2), bq.ids("pending"));
    assertEquals(
        StorageErrorCode.STREAM_ALREADY_COMMITTED, commit(table, one).getStreamErrors(0).getCode());
    assertEquals(List.of(1, 2), bq.ids("pending"));
  }

  @Test
  void anIdleStreamExpires() throws Exception {
    try (StorageClients own = new StorageClients()) {
      String table = own.create("idle", "id INT64");
      String committed = own.stream(table, Type.COMMITTED);
      String buffered = own.stream(table, Type.BUFFERED);
      own.clock.advance(Duration.ofDays(3).minusMinutes(1));
      try (StreamWriter writer = own.writer(committed, IDS.proto())) {
        writer.append(IDS.rows(1), 0).get();
      }
      own.clock.advance(Duration.ofDays(3).plusMinutes(1));
      assertFailure(Code.NOT_FOUND, () -> own.write.finalizeWriteStream(committed));
      assertEquals(0, own.write.finalizeWriteStream(buffered).getRowCount());
      own.clock.advance(Duration.ofDays(2));
      assertFailure(Code.NOT_FOUND, () -> own.write.finalizeWriteStream(buffered));
    }
  }

  /** However alike the next table of its name may be. */
  @Test
  void aStreamEndsWithItsTable() throws Exception {
    String table = bq.create("replaced", "id INT64");
    String stream = bq.stream(table, Type.COMMITTED);
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      writer.append(IDS.rows(1), 0).get();
      bq.service.drainStreamingBuffer(WriteStreams.table(table));
      bq.sql("CREATE OR REPLACE TABLE ds.replaced AS SELECT * FROM ds.replaced");
      assertFailure(Code.NOT_FOUND, () -> writer.append(IDS.rows(2), 1).get());
    }
    assertFailure(Code.NOT_FOUND, () -> bq.write.finalizeWriteStream(stream));
    assertEquals(List.of(1), bq.ids("replaced"));
  }

  @Test
  void tenThousandStreamsAnHourCanBeMade() {
    Instant[] now = {Instant.EPOCH};
    WriteStreams streams = new WriteStreams(() -> now[0]);
    for (int i = 0; i < 10_000; i++) {
      streams.create("projects/p/datasets/d/tables/t", "1", Type.COMMITTED);
    }
    StorageErrors.Failure quota =
        assertThrows(
            StorageErrors.Failure.class,
            () -> streams.create("projects/p/datasets/d/tables/t", "1", Type.COMMITTED));
    assertEquals(com.google.rpc.Code.RESOURCE_EXHAUSTED.getNumber(), quota.status().getCode());
    now[0] = now[0].plus(Duration.ofMinutes(61));
    streams.create("projects/p/datasets/d/tables/t", "1", Type.COMMITTED);
  }

  private static String pending(String table, long id) throws Exception {
    String stream = bq.stream(table, Type.PENDING);
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      writer.append(IDS.rows(id), 0).get();
    }
    assertEquals(1, bq.write.finalizeWriteStream(stream).getRowCount());
    return stream;
  }

  private static BatchCommitWriteStreamsResponse commit(String table, String... streams) {
    return bq.write.batchCommitWriteStreams(
        BatchCommitWriteStreamsRequest.newBuilder()
            .setParent(table)
            .addAllWriteStreams(List.of(streams))
            .build());
  }

  private static long flush(String stream, long offset) {
    return bq.write
        .flushRows(
            FlushRowsRequest.newBuilder()
                .setWriteStream(stream)
                .setOffset(Int64Value.of(offset))
                .build())
        .getOffset();
  }

  private static <T> T cause(Class<T> type, org.junit.jupiter.api.function.Executable call) {
    return assertInstanceOf(type, assertThrows(ExecutionException.class, call).getCause());
  }

  private static void assertFailure(Code code, org.junit.jupiter.api.function.Executable call) {
    Throwable thrown = assertThrows(Exception.class, call);
    assertEquals(code.name(), StorageAnswers.code(thrown), thrown.toString());
    assertFalse(thrown instanceof ApiException api && api.isRetryable());
  }
}
