package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.RowError;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.Int64Value;
import com.google.rpc.Code;
import io.grpc.stub.StreamObserver;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.TableId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * One AppendRows connection. Requests are worked off one after the other. Errors of a request are
 * answered inside the stream; a stream or table that is not there ends the connection.
 */
final class AppendConnection implements StreamObserver<AppendRowsRequest> {
  /** Documentation page "Quotas and limits", Storage Write API, request size. */
  private static final int MAX_REQUEST_BYTES = 20 * 1000 * 1000;

  private final StorageAccess access;
  private final WriteStreams streams;
  private final FaultGate gate;
  private final InstantSource clock;
  private final ChangeMemories memories;
  private final StreamObserver<AppendRowsResponse> observer;
  private String stream;
  private DescriptorProto writerSchema;
  private RowDecoder decoder;
  private List<Field> decoderFields;
  private List<Field> knownToClient;
  private boolean ended;

  AppendConnection(
      StorageAccess access,
      WriteStreams streams,
      FaultGate gate,
      InstantSource clock,
      ChangeMemories memories,
      StreamObserver<AppendRowsResponse> observer) {
    this.access = access;
    this.streams = streams;
    this.gate = gate;
    this.clock = clock;
    this.memories = memories;
    this.observer = observer;
  }

  @Override
  public void onNext(AppendRowsRequest request) {
    if (ended) {
      return;
    }
    try {
      StorageFault fault = gate.next(call(request)).orElse(null);
      if (fault instanceof StorageFault.Refuse refuse) {
        end(refuse.status().asRuntimeException());
        return;
      }
      if (fault instanceof StorageFault.RefuseInStream refuse) {
        observer.onNext(inStream(refuse.status()));
        return;
      }
      if (fault instanceof StorageFault.HoldBefore hold) {
        FaultGate.await(hold.released());
      }
      AppendRowsResponse response = append(request);
      answer(response, fault);
    } catch (StorageErrors.Failure e) {
      end(e.asCallEnd());
    } catch (RuntimeException e) {
      end(StorageErrors.plain(Code.INTERNAL, String.valueOf(e)).asCallEnd());
    }
  }

  private StorageCall call(AppendRowsRequest request) {
    String name = request.getWriteStream().isEmpty() ? stream : request.getWriteStream();
    return new StorageCall(
        "AppendRows", String.valueOf(name), offset(request), rows(request).size());
  }

  private void answer(AppendRowsResponse response, StorageFault fault) {
    if (fault instanceof StorageFault.LoseAnswer) {
      end(io.grpc.Status.UNAVAILABLE.withDescription("connection lost").asRuntimeException());
      return;
    }
    if (fault instanceof StorageFault.FailYetLand fail) {
      observer.onNext(inStream(fail.status()));
      return;
    }
    if (fault instanceof StorageFault.HoldAnswer hold) {
      FaultGate.await(hold.released());
    }
    observer.onNext(response);
  }

  private AppendRowsResponse append(AppendRowsRequest request) {
    begin(request);
    StorageTables.StorageTable table = access.writable(WriteStreams.tableOfStream(stream));
    AppendRowsResponse.Builder response = AppendRowsResponse.newBuilder().setWriteStream(stream);
    try {
      if (request.getSerializedSize() > MAX_REQUEST_BYTES) {
        throw StorageErrors.invalid(
            "The request of "
                + request.getSerializedSize()
                + " bytes is larger than "
                + MAX_REQUEST_BYTES);
      }
      compile(table);
      if (decoder.isChangeStream()) {
        change(request, table, response);
      } else {
        add(request, table, response);
      }
      announceSchema(table, response);
    } catch (StorageErrors.Failure e) {
      if (Code.NOT_FOUND.getNumber() == e.status().getCode()) {
        throw e;
      }
      response.clearAppendResult().setError(e.status());
    }
    return response.build();
  }

  private void begin(AppendRowsRequest request) {
    String name = request.getWriteStream();
    if (stream == null && name.isEmpty()) {
      throw StorageErrors.invalid("The first request of a connection must name its stream");
    }
    if (!name.isEmpty() && !name.equals(stream)) {
      boolean multiplexing =
          stream == null || (WriteStreams.isDefault(stream) && WriteStreams.isDefault(name));
      if (!multiplexing) {
        throw StorageErrors.invalid("Only _default streams can share a connection");
      }
      stream = name;
      decoder = null;
      knownToClient = null;
    }
    if (request.getProtoRows().hasWriterSchema()) {
      writerSchema = request.getProtoRows().getWriterSchema().getProtoDescriptor();
      decoder = null;
    }
    if (writerSchema == null) {
      throw StorageErrors.invalid("The first request of a connection must have a writer schema");
    }
  }

  private void compile(StorageTables.StorageTable table) {
    if (decoder == null || !table.fields().equals(decoderFields)) {
      decoderFields = table.fields();
      decoder = RowDecoder.of(writerSchema, decoderFields, table.id().toString());
    }
    if (knownToClient == null) {
      knownToClient = table.fields();
    }
  }

  private void add(
      AppendRowsRequest request,
      StorageTables.StorageTable table,
      AppendRowsResponse.Builder response) {
    OptionalLong offset = offset(request);
    if (WriteStreams.isDefault(stream)) {
      if (offset.isPresent()) {
        throw StorageErrors.invalid("Offset is not supported on the _default stream");
      }
      List<Object[]> rows = decode(request, response);
      if (!response.hasError()) {
        table.append(rows);
        response.setAppendResult(AppendRowsResponse.AppendResult.getDefaultInstance());
      }
      return;
    }
    WriteStreamState state = streams.get(stream);
    state.requireAppendable(offset, clock.instant());
    List<Object[]> rows = decode(request, response);
    if (!response.hasError()) {
      long first = state.append(offset, rows, table, clock.instant());
      response.setAppendResult(
          AppendRowsResponse.AppendResult.newBuilder().setOffset(Int64Value.of(first)));
    }
  }

  private void change(
      AppendRowsRequest request,
      StorageTables.StorageTable table,
      AppendRowsResponse.Builder response) {
    if (!WriteStreams.isDefault(stream)) {
      throw StorageErrors.invalid("Change data capture needs the _default stream");
    }
    if (table.primaryKey().isEmpty()) {
      throw StorageErrors.invalid("Change data capture needs a table with a primary key");
    }
    List<StorageTables.RowChange> changes = new ArrayList<>();
    int index = 0;
    for (ByteString row : rows(request)) {
      try {
        changes.add(decoder.change(row));
      } catch (CellDecoder.Refused e) {
        response.addRowErrors(rowError(index, e));
      }
      index++;
    }
    if (response.getRowErrorsCount() > 0) {
      response.setError(rowsRefused());
      return;
    }
    TableId id = table.id();
    ChangeMemory memory = memories.of(id);
    synchronized (memory) {
      table.apply(memory.winners(changes, keyColumns(table)));
    }
    response.setAppendResult(AppendRowsResponse.AppendResult.getDefaultInstance());
  }

  private static int[] keyColumns(StorageTables.StorageTable table) {
    List<String> names = table.fields().stream().map(Field::name).toList();
    return table.primaryKey().stream().mapToInt(names::indexOf).toArray();
  }

  private List<Object[]> decode(AppendRowsRequest request, AppendRowsResponse.Builder response) {
    List<Object[]> rows = new ArrayList<>();
    int index = 0;
    for (ByteString row : rows(request)) {
      try {
        rows.add(decoder.row(row));
      } catch (CellDecoder.Refused e) {
        response.addRowErrors(rowError(index, e));
      }
      index++;
    }
    if (response.getRowErrorsCount() > 0) {
      response.setError(rowsRefused());
    }
    return rows;
  }

  /** Told once, when the table has got columns that the connection did not begin with. */
  private void announceSchema(
      StorageTables.StorageTable table, AppendRowsResponse.Builder response) {
    if (response.hasAppendResult() && !table.fields().equals(knownToClient)) {
      knownToClient = table.fields();
      response.setUpdatedSchema(StorageSchemas.of(table.fields()));
    }
  }

  private static RowError rowError(int index, CellDecoder.Refused refused) {
    return RowError.newBuilder()
        .setIndex(index)
        .setCode(RowError.RowErrorCode.FIELDS_ERROR)
        .setMessage(refused.getMessage())
        .build();
  }

  private static com.google.rpc.Status rowsRefused() {
    return com.google.rpc.Status.newBuilder()
        .setCode(Code.INVALID_ARGUMENT.getNumber())
        .setMessage("Errors found while processing rows. Please refer to the row_errors field.")
        .build();
  }

  private AppendRowsResponse inStream(io.grpc.Status status) {
    return AppendRowsResponse.newBuilder()
        .setError(
            com.google.rpc.Status.newBuilder()
                .setCode(status.getCode().value())
                .setMessage(String.valueOf(status.getDescription())))
        .setWriteStream(String.valueOf(stream))
        .build();
  }

  private static List<ByteString> rows(AppendRowsRequest request) {
    return request.getProtoRows().getRows().getSerializedRowsList();
  }

  private static OptionalLong offset(AppendRowsRequest request) {
    return request.hasOffset()
        ? OptionalLong.of(request.getOffset().getValue())
        : OptionalLong.empty();
  }

  private void end(RuntimeException error) {
    ended = true;
    observer.onError(error);
  }

  @Override
  public void onError(Throwable clientWentAway) {
    ended = true;
  }

  @Override
  public void onCompleted() {
    if (!ended) {
      ended = true;
      observer.onCompleted();
    }
  }
}
