package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import com.google.cloud.bigquery.storage.v1.AppendRowsRequest.MissingValueInterpretation;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.TableSchema;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.rpc.Code;
import io.grpc.stub.StreamObserver;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Field;
import java.util.List;

/**
 * One AppendRows connection. Requests are worked off one after the other. Errors of a request are
 * answered inside the stream; a stream or table that is not there ends the connection.
 */
final class AppendConnection implements StreamObserver<AppendRowsRequest> {
  /** Documentation page "Quotas and limits", Storage Write API, request size. */
  private static final int MAX_REQUEST_BYTES = 20 * 1024 * 1024;

  private final StorageAccess access;
  private final RowAppender appender;
  private final FaultGate gate;
  private final StreamObserver<AppendRowsResponse> observer;
  private String stream;
  private DescriptorProto writerSchema;
  private RowDecoder decoder;
  private List<Field> decoderFields;
  private TableSchema knownToClient;
  private MissingValueInterpretation missing = MissingValueInterpretation.NULL_VALUE;
  private boolean ended;

  AppendConnection(
      StorageAccess access,
      RowAppender appender,
      FaultGate gate,
      StreamObserver<AppendRowsResponse> observer) {
    this.access = access;
    this.appender = appender;
    this.gate = gate;
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
    } catch (RuntimeException e) {
      end(StorageErrors.of(e).asCallEnd());
    }
  }

  private StorageCall call(AppendRowsRequest request) {
    String name = request.getWriteStream().isEmpty() ? stream : request.getWriteStream();
    return new StorageCall(
        "AppendRows",
        String.valueOf(name),
        RowAppender.offset(request),
        RowAppender.rows(request).size());
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
      if (request.getDefaultMissingValueInterpretationValue() != 0) {
        missing = request.getDefaultMissingValueInterpretation();
      }
      appender.append(
          stream, request, decoder.with(MissingValues.of(request, missing)), table, response);
      announceSchema(table, response);
    } catch (StorageErrors.Failure | ApiException e) {
      StorageErrors.Failure failure = StorageErrors.of(e);
      if (Code.NOT_FOUND.getNumber() == failure.status().getCode()) {
        throw failure;
      }
      response.clearAppendResult().setError(failure.status());
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
      writerSchema = null;
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
      knownToClient = StorageSchemas.of(table.fields());
    }
  }

  /** Told once, when the table has got columns that the connection did not begin with. */
  private void announceSchema(
      StorageTables.StorageTable table, AppendRowsResponse.Builder response) {
    TableSchema now = StorageSchemas.of(table.fields());
    if (response.hasAppendResult() && !now.equals(knownToClient)) {
      knownToClient = now;
      response.setUpdatedSchema(now);
    }
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
