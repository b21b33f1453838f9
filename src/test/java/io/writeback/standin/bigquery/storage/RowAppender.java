package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.RowError;
import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import com.google.rpc.Code;
import com.google.rpc.Status;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;

/** Brings the decoded rows of one request to where they belong; all of them or none. */
final class RowAppender {
  private final WriteStreams streams;
  private final InstantSource clock;
  private final ChangeMemories memories;

  RowAppender(WriteStreams streams, InstantSource clock, ChangeMemories memories) {
    this.streams = streams;
    this.clock = clock;
    this.memories = memories;
  }

  /** Appends; fills in the result, or the rows that are refused. */
  void append(
      String stream,
      AppendRowsRequest request,
      RowDecoder decoder,
      StorageTables.StorageTable table,
      AppendRowsResponse.Builder response) {
    if (rows(request).isEmpty()) {
      throw StorageErrors.invalid("The request has no rows");
    }
    OptionalLong offset = offset(request);
    if (!WriteStreams.isDefault(stream)) {
      if (decoder.isChangeStream()) {
        throw StorageErrors.invalid("Change data capture needs the _default stream");
      }
      add(streams.get(stream, table), offset, request, decoder, table, response);
      return;
    }
    if (offset.isPresent()) {
      throw StorageErrors.invalid("Offset is not supported on the _default stream");
    }
    if (decoder.isChangeStream()) {
      change(request, decoder, table, response);
    } else {
      List<Object[]> rows = decode(request, response, decoder::row);
      if (!response.hasError()) {
        table.append(rows);
        response.setAppendResult(AppendRowsResponse.AppendResult.getDefaultInstance());
      }
    }
  }

  private void add(
      WriteStreamState stream,
      OptionalLong offset,
      AppendRowsRequest request,
      RowDecoder decoder,
      StorageTables.StorageTable table,
      AppendRowsResponse.Builder response) {
    stream.requireAppendable(offset, clock.instant());
    List<Object[]> rows = decode(request, response, decoder::row);
    if (!response.hasError()) {
      long first = stream.append(offset, rows, table, clock.instant());
      response.setAppendResult(
          AppendRowsResponse.AppendResult.newBuilder().setOffset(Int64Value.of(first)));
    }
  }

  private void change(
      AppendRowsRequest request,
      RowDecoder decoder,
      StorageTables.StorageTable table,
      AppendRowsResponse.Builder response) {
    if (table.primaryKey().isEmpty()) {
      throw StorageErrors.invalid("Change data capture needs a table with a primary key");
    }
    int[] key = keyColumns(table);
    List<StorageTables.RowChange> changes =
        decode(request, response, row -> keyed(decoder.change(row), key));
    if (!response.hasError()) {
      memories.of(table.id()).apply(changes, key, table::apply);
      response.setAppendResult(AppendRowsResponse.AppendResult.getDefaultInstance());
    }
  }

  /** A change without its whole key is refused here; what the service does is not documented. */
  private static StorageTables.RowChange keyed(StorageTables.RowChange change, int[] key) {
    for (int column : key) {
      if (change.row()[column] == null) {
        throw new CellDecoder.Refused("A column of the primary key is missing");
      }
    }
    return change;
  }

  private static int[] keyColumns(StorageTables.StorageTable table) {
    List<String> names =
        table.fields().stream().map(field -> field.name().toLowerCase(Locale.ROOT)).toList();
    return table.primaryKey().stream()
        .mapToInt(name -> names.indexOf(name.toLowerCase(Locale.ROOT)))
        .toArray();
  }

  private static <T> List<T> decode(
      AppendRowsRequest request,
      AppendRowsResponse.Builder response,
      Function<ByteString, T> decoder) {
    List<T> rows = new ArrayList<>();
    int index = 0;
    for (ByteString row : rows(request)) {
      try {
        rows.add(decoder.apply(row));
      } catch (CellDecoder.Refused e) {
        response.addRowErrors(
            RowError.newBuilder()
                .setIndex(index)
                .setCode(RowError.RowErrorCode.FIELDS_ERROR)
                .setMessage(e.getMessage()));
      }
      index++;
    }
    if (response.getRowErrorsCount() > 0) {
      response.setError(
          Status.newBuilder()
              .setCode(Code.INVALID_ARGUMENT.getNumber())
              .setMessage(
                  "Errors found while processing rows. Please refer to the row_errors field."));
    }
    return rows;
  }

  static List<ByteString> rows(AppendRowsRequest request) {
    return request.getProtoRows().getRows().getSerializedRowsList();
  }

  static OptionalLong offset(AppendRowsRequest request) {
    return request.hasOffset()
        ? OptionalLong.of(request.getOffset().getValue())
        : OptionalLong.empty();
  }
}
