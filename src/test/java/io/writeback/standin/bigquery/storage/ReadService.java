package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.AvroRows.Builder;
import com.google.cloud.bigquery.storage.v1.AvroSchema;
import com.google.cloud.bigquery.storage.v1.BigQueryReadGrpc;
import com.google.cloud.bigquery.storage.v1.CreateReadSessionRequest;
import com.google.cloud.bigquery.storage.v1.DataFormat;
import com.google.cloud.bigquery.storage.v1.ReadRowsRequest;
import com.google.cloud.bigquery.storage.v1.ReadRowsResponse;
import com.google.cloud.bigquery.storage.v1.ReadSession;
import com.google.cloud.bigquery.storage.v1.ReadStream;
import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import com.google.rpc.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.writeback.standin.bigquery.catalog.Field;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The BigQueryRead service, Avro only: a session is a snapshot of the table, cut into streams, and
 * lives for six hours. The snapshot is held in memory.
 */
final class ReadService extends BigQueryReadGrpc.BigQueryReadImplBase {
  private static final Duration SESSION_LIFE = Duration.ofHours(6);
  private static final int ROWS_PER_BLOCK = 1000;

  /** A small table gives one stream however many are asked for. */
  private static final int ROWS_WORTH_A_STREAM = 10_000;

  private record Part(List<Field> fields, List<Object[]> rows, Instant expires) {}

  private final StorageAccess access;
  private final FaultGate gate;
  private final InstantSource clock;
  private final ConcurrentMap<String, Part> parts = new ConcurrentHashMap<>();

  ReadService(StorageAccess access, FaultGate gate, InstantSource clock) {
    this.access = access;
    this.gate = gate;
    this.clock = clock;
  }

  @Override
  public void createReadSession(
      CreateReadSessionRequest request, StreamObserver<ReadSession> observer) {
    gate.answer(
        StorageCall.of("CreateReadSession", request.getReadSession().getTable()),
        observer,
        () -> create(request));
  }

  private ReadSession create(CreateReadSessionRequest request) {
    ReadSession wanted = request.getReadSession();
    if (wanted.getDataFormat() != DataFormat.AVRO) {
      throw StorageErrors.plain(
          Code.UNIMPLEMENTED, "This stand-in reads AVRO only, not " + wanted.getDataFormat());
    }
    access.requireOnProject(request.getParent(), "bigquery.readsessions.create");
    if (wanted.getTableModifiers().hasSnapshotTime()) {
      throw StorageErrors.plain(
          Code.UNIMPLEMENTED, "This stand-in reads tables as they are now, not at a snapshot_time");
    }
    StorageTables.StorageTable table = access.readable(WriteStreams.table(wanted.getTable()));
    int[] columns = columns(table, wanted.getReadOptions().getSelectedFieldsList());
    List<Field> fields = new ArrayList<>();
    for (int column : columns) {
      fields.add(table.fields().get(column));
    }
    List<Object[]> rows = new ArrayList<>();
    for (Iterator<Object[]> all = table.read(wanted.getReadOptions().getRowRestriction());
        all.hasNext(); ) {
      rows.add(project(all.next(), columns));
    }
    return session(wanted, table, fields, rows, request.getMaxStreamCount());
  }

  private ReadSession session(
      ReadSession wanted,
      StorageTables.StorageTable table,
      List<Field> fields,
      List<Object[]> rows,
      int maxStreams) {
    String name =
        "projects/"
            + table.id().project()
            + "/locations/"
            + table.location().toLowerCase(Locale.ROOT)
            + "/sessions/"
            + UUID.randomUUID();
    Instant expires = clock.instant().plus(SESSION_LIFE);
    ReadSession.Builder session =
        wanted.toBuilder()
            .setName(name)
            .setExpireTime(Timestamps.fromMillis(expires.toEpochMilli()))
            .setEstimatedRowCount(rows.size())
            .setAvroSchema(AvroSchema.newBuilder().setSchema(AvroRows.schema(fields)));
    int worth = rows.size() / ROWS_WORTH_A_STREAM + 1;
    int count = rows.isEmpty() ? 0 : Math.min(maxStreams <= 0 ? worth : maxStreams, worth);
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) rows.size() * i / count);
      int to = (int) ((long) rows.size() * (i + 1) / count);
      String stream = name + "/streams/" + i;
      parts.put(stream, new Part(fields, rows.subList(from, to), expires));
      session.addStreams(ReadStream.newBuilder().setName(stream));
    }
    return session.build();
  }

  private static int[] columns(StorageTables.StorageTable table, List<String> selected) {
    List<String> names =
        table.fields().stream().map(field -> field.name().toLowerCase(Locale.ROOT)).toList();
    if (selected.isEmpty()) {
      return java.util.stream.IntStream.range(0, names.size()).toArray();
    }
    return selected.stream()
        .mapToInt(
            name -> {
              int at = names.indexOf(name.toLowerCase(Locale.ROOT));
              if (at < 0) {
                throw StorageErrors.invalid(
                    "request failed: The field '" + name + "' does not exist.");
              }
              return at;
            })
        .distinct()
        .sorted()
        .toArray();
  }

  private static Object[] project(Object[] row, int[] columns) {
    Object[] projected = new Object[columns.length];
    for (int i = 0; i < columns.length; i++) {
      projected[i] = row[columns[i]];
    }
    return projected;
  }

  @Override
  public void readRows(ReadRowsRequest request, StreamObserver<ReadRowsResponse> observer) {
    try {
      StorageFault fault =
          gate.next(StorageCall.of("ReadRows", request.getReadStream())).orElse(null);
      if (fault instanceof StorageFault.Refuse refuse) {
        throw refuse.status().asRuntimeException();
      }
      if (fault instanceof StorageFault.HoldBefore hold) {
        FaultGate.await(hold.released());
      }
      Part part = part(request);
      boolean first = true;
      for (long at = request.getOffset(); at < part.rows.size(); at += ROWS_PER_BLOCK) {
        observer.onNext(block(part, (int) at, first));
        first = false;
        if (fault instanceof StorageFault.LoseAnswer) {
          break;
        }
      }
      if (fault instanceof StorageFault.LoseAnswer) {
        throw io.grpc.Status.UNAVAILABLE.withDescription("connection lost").asRuntimeException();
      }
      if (fault instanceof StorageFault.HoldAnswer hold) {
        FaultGate.await(hold.released());
      }
      observer.onCompleted();
    } catch (StorageErrors.Failure e) {
      observer.onError(e.asCallEnd());
    } catch (StatusRuntimeException e) {
      observer.onError(e);
    }
  }

  private Part part(ReadRowsRequest request) {
    access.requireOnProject(project(request.getReadStream()), "bigquery.readsessions.getData");
    Part part = parts.get(request.getReadStream());
    if (part == null) {
      throw StorageErrors.plain(
          Code.NOT_FOUND, "Requested stream not found: " + request.getReadStream());
    }
    if (part.expires.isBefore(clock.instant())) {
      throw StorageErrors.plain(Code.FAILED_PRECONDITION, "session expired");
    }
    if (request.getOffset() < 0 || request.getOffset() > part.rows.size()) {
      throw StorageErrors.plain(
          Code.FAILED_PRECONDITION, "there is no row at offset " + request.getOffset());
    }
    return part;
  }

  /** The project of a session or stream, in the form {@code projects/P}. */
  private static String project(String name) {
    int end = name.indexOf("/locations/");
    return end < 0 ? name : name.substring(0, end);
  }

  private static ReadRowsResponse block(Part part, int from, boolean first) {
    List<Object[]> rows =
        part.rows.subList(from, Math.min(from + ROWS_PER_BLOCK, part.rows.size()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    rows.forEach(row -> AvroRows.write(part.fields, row, bytes));
    Builder avro =
        com.google.cloud.bigquery.storage.v1.AvroRows.newBuilder()
            .setSerializedBinaryRows(ByteString.copyFrom(bytes.toByteArray()));
    ReadRowsResponse.Builder response =
        ReadRowsResponse.newBuilder().setAvroRows(avro).setRowCount(rows.size());
    return first
        ? response
            .setAvroSchema(AvroSchema.newBuilder().setSchema(AvroRows.schema(part.fields)))
            .build()
        : response.build();
  }
}
