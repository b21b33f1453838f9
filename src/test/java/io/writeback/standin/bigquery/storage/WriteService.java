package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.BatchCommitWriteStreamsRequest;
import com.google.cloud.bigquery.storage.v1.BatchCommitWriteStreamsResponse;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteGrpc;
import com.google.cloud.bigquery.storage.v1.CreateWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.FinalizeWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.FinalizeWriteStreamResponse;
import com.google.cloud.bigquery.storage.v1.FlushRowsRequest;
import com.google.cloud.bigquery.storage.v1.FlushRowsResponse;
import com.google.cloud.bigquery.storage.v1.GetWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.StorageError;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.grpc.stub.StreamObserver;
import io.writeback.standin.bigquery.catalog.TableId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** The BigQueryWrite service (google.cloud.bigquery.storage.v1, storage.proto). */
final class WriteService extends BigQueryWriteGrpc.BigQueryWriteImplBase {
  /** Streams per BatchCommitWriteStreams (documentation page "Quotas and limits"). */
  private static final int STREAMS_PER_COMMIT = 10_000;

  private final StorageAccess access;
  private final WriteStreams streams;
  private final FaultGate gate;
  private final InstantSource clock;
  private final RowAppender appender;

  WriteService(
      StorageAccess access,
      WriteStreams streams,
      FaultGate gate,
      InstantSource clock,
      ChangeMemories memories) {
    this.access = access;
    this.streams = streams;
    this.gate = gate;
    this.clock = clock;
    this.appender = new RowAppender(streams, clock, memories);
  }

  @Override
  public void createWriteStream(
      CreateWriteStreamRequest request, StreamObserver<WriteStream> observer) {
    gate.answer(
        StorageCall.of("CreateWriteStream", request.getParent()),
        observer,
        () -> {
          StorageTables.StorageTable table =
              access.writable(WriteStreams.table(request.getParent()));
          WriteStreamState stream =
              streams.create(
                  request.getParent(), table.incarnation(), request.getWriteStream().getType());
          return describe(stream, table, true);
        });
  }

  @Override
  public void getWriteStream(GetWriteStreamRequest request, StreamObserver<WriteStream> observer) {
    gate.answer(
        StorageCall.of("GetWriteStream", request.getName()),
        observer,
        () -> {
          String name = request.getName();
          TableId id = WriteStreams.tableOfStream(name);
          StorageTables.StorageTable table = access.writable(id);
          boolean full =
              request.getView() == com.google.cloud.bigquery.storage.v1.WriteStreamView.FULL;
          if (WriteStreams.isDefault(name)) {
            WriteStream.Builder stream =
                WriteStream.newBuilder()
                    .setName(name)
                    .setType(WriteStream.Type.COMMITTED)
                    .setLocation(table.location());
            return full
                ? stream.setTableSchema(StorageSchemas.of(table.fields())).build()
                : stream.build();
          }
          return describe(streams.get(name, table), table, full);
        });
  }

  @Override
  public void finalizeWriteStream(
      FinalizeWriteStreamRequest request, StreamObserver<FinalizeWriteStreamResponse> observer) {
    gate.answer(
        StorageCall.of("FinalizeWriteStream", request.getName()),
        observer,
        () -> {
          WriteStreams.refuseDefault(request.getName(), "FinalizeWriteStream");
          StorageTables.StorageTable table =
              access.writable(WriteStreams.tableOfStream(request.getName()));
          return FinalizeWriteStreamResponse.newBuilder()
              .setRowCount(streams.get(request.getName(), table).finish())
              .build();
        });
  }

  @Override
  public void flushRows(FlushRowsRequest request, StreamObserver<FlushRowsResponse> observer) {
    gate.answer(
        StorageCall.of("FlushRows", request.getWriteStream()),
        observer,
        () -> {
          WriteStreams.refuseDefault(request.getWriteStream(), "FlushRows");
          StorageTables.StorageTable table =
              access.writable(WriteStreams.tableOfStream(request.getWriteStream()));
          if (!request.hasOffset()) {
            throw StorageErrors.invalid("FlushRows needs an offset");
          }
          long flushed =
              streams
                  .get(request.getWriteStream(), table)
                  .flush(request.getOffset().getValue(), table);
          return FlushRowsResponse.newBuilder().setOffset(flushed).build();
        });
  }

  @Override
  public void batchCommitWriteStreams(
      BatchCommitWriteStreamsRequest request,
      StreamObserver<BatchCommitWriteStreamsResponse> observer) {
    gate.answer(
        StorageCall.of("BatchCommitWriteStreams", request.getParent()),
        observer,
        () -> commit(request));
  }

  /** One at a time, so that a stream is committed once. */
  private synchronized BatchCommitWriteStreamsResponse commit(
      BatchCommitWriteStreamsRequest request) {
    if (request.getWriteStreamsCount() > STREAMS_PER_COMMIT) {
      throw StorageErrors.invalid("More than " + STREAMS_PER_COMMIT + " streams in one commit");
    }
    TableId id = WriteStreams.table(request.getParent());
    StorageTables.StorageTable table = access.writable(id);
    List<WriteStreamState> all = new ArrayList<>();
    List<StorageError> errors = new ArrayList<>();
    for (String name : new LinkedHashSet<>(request.getWriteStreamsList())) {
      try {
        WriteStreamState stream = streams.get(name, table);
        if (!stream.table().equals(id)) {
          throw StorageErrors.invalid("Stream " + name + " is of another table");
        }
        stream.requireCommittable();
        all.add(stream);
      } catch (StorageErrors.Failure e) {
        errors.add(asStorageError(name, e));
      }
    }
    BatchCommitWriteStreamsResponse.Builder response = BatchCommitWriteStreamsResponse.newBuilder();
    if (!errors.isEmpty()) {
      return response.addAllStreamErrors(errors).build();
    }
    List<Object[]> rows = new ArrayList<>();
    all.forEach(stream -> rows.addAll(stream.pending()));
    table.append(rows);
    all.forEach(WriteStreamState::committed);
    return response.setCommitTime(timestamp(clock.instant())).build();
  }

  private static StorageError asStorageError(String name, StorageErrors.Failure failure) {
    try {
      if (failure.status().getDetailsCount() > 0) {
        return failure.status().getDetails(0).unpack(StorageError.class);
      }
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    return StorageError.newBuilder().setEntity(name).setErrorMessage(failure.getMessage()).build();
  }

  @Override
  public StreamObserver<AppendRowsRequest> appendRows(StreamObserver<AppendRowsResponse> observer) {
    return new AppendConnection(access, appender, gate, observer);
  }

  private static WriteStream describe(
      WriteStreamState stream, StorageTables.StorageTable table, boolean full) {
    WriteStream.Builder message =
        WriteStream.newBuilder()
            .setName(stream.name())
            .setType(stream.type())
            .setLocation(table.location())
            .setCreateTime(timestamp(stream.created()));
    return full
        ? message.setTableSchema(StorageSchemas.of(table.fields())).build()
        : message.build();
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamps.fromMillis(instant.toEpochMilli());
  }
}
