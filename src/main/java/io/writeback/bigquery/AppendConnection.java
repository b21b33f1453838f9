package io.writeback.bigquery;

import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.ProtoSchema;
import com.google.protobuf.Int64Value;
import java.util.OptionalLong;

/**
 * The connection to one stream, opened when it is needed, and again for another schema. Not safe
 * for use by several threads.
 */
final class AppendConnection {
  private static final String TRACE = "writeback:sink";

  private final WriteStreams streams;
  private WriteStreams.Connection connection;
  private String stream;
  private ProtoSchema schema;

  AppendConnection(WriteStreams streams) {
    this.streams = streams;
  }

  /** Whether rows of this schema can follow those that are under way. */
  boolean takes(ProtoEncoder encoder) {
    return connection == null || encoder.schema().equals(schema);
  }

  /** Sends rows; to be called for another schema only if no answer is outstanding. */
  void send(String to, RowSegment segment, OptionalLong offset) {
    AppendRowsRequest.ProtoData.Builder data =
        AppendRowsRequest.ProtoData.newBuilder().setRows(segment.proto());
    AppendRowsRequest.Builder request = AppendRowsRequest.newBuilder();
    if (connection == null || !to.equals(stream) || !takes(segment.encoder())) {
      close();
      connection = streams.connect(to);
      stream = to;
      schema = segment.encoder().schema();
      data.setWriterSchema(schema);
      request.setWriteStream(to).setTraceId(TRACE);
    }
    offset.ifPresent(at -> request.setOffset(Int64Value.of(at)));
    try {
      connection.send(request.setProtoRows(data).build());
    } catch (RuntimeException | Error e) {
      // Without its first request a connection is of no use.
      close();
      throw e;
    }
  }

  /** The next answer; see {@link WriteStreams.Connection#answer}. */
  AppendRowsResponse answer() {
    return connection.answer();
  }

  /** Answers that are outstanding are not waited for. */
  void close() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
