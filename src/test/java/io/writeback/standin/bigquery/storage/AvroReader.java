package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.BigQueryReadClient;
import com.google.cloud.bigquery.storage.v1.CreateReadSessionRequest;
import com.google.cloud.bigquery.storage.v1.DataFormat;
import com.google.cloud.bigquery.storage.v1.ReadRowsRequest;
import com.google.cloud.bigquery.storage.v1.ReadRowsResponse;
import com.google.cloud.bigquery.storage.v1.ReadSession;
import com.google.cloud.bigquery.storage.v1.ReadSession.TableReadOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/** Read sessions through a real client, rows decoded by Avro itself with its logical types. */
final class AvroReader {
  private static final GenericData MODEL = new GenericData();

  static {
    MODEL.addLogicalTypeConversion(new Conversions.DecimalConversion());
    MODEL.addLogicalTypeConversion(new TimeConversions.DateConversion());
    MODEL.addLogicalTypeConversion(new TimeConversions.TimeMicrosConversion());
    MODEL.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
  }

  private final BigQueryReadClient client;

  AvroReader(BigQueryReadClient client) {
    this.client = client;
  }

  ReadSession session(String table) {
    return session(table, 0, TableReadOptions.getDefaultInstance());
  }

  ReadSession session(String table, int maxStreams, TableReadOptions options) {
    return session(
        ReadSession.newBuilder()
            .setTable(table)
            .setDataFormat(DataFormat.AVRO)
            .setReadOptions(options),
        maxStreams);
  }

  ReadSession session(ReadSession.Builder wanted, int maxStreams) {
    String project = String.join("/", List.of(wanted.getTable().split("/", -1)).subList(0, 2));
    return client.createReadSession(
        CreateReadSessionRequest.newBuilder()
            .setParent(project)
            .setReadSession(wanted)
            .setMaxStreamCount(maxStreams)
            .build());
  }

  /** The rows of all streams, one stream after the other. */
  List<GenericRecord> rows(ReadSession session) throws IOException {
    List<GenericRecord> rows = new ArrayList<>();
    for (int i = 0; i < session.getStreamsCount(); i++) {
      rows.addAll(rows(session, i, 0));
    }
    return rows;
  }

  List<GenericRecord> rows(ReadSession session, int stream, long offset) throws IOException {
    Schema schema = new Schema.Parser().parse(session.getAvroSchema().getSchema());
    GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(schema, schema, MODEL);
    List<GenericRecord> rows = new ArrayList<>();
    ReadRowsRequest request =
        ReadRowsRequest.newBuilder()
            .setReadStream(session.getStreams(stream).getName())
            .setOffset(offset)
            .build();
    for (ReadRowsResponse response : client.readRowsCallable().call(request)) {
      BinaryDecoder bytes =
          DecoderFactory.get()
              .binaryDecoder(response.getAvroRows().getSerializedBinaryRows().toByteArray(), null);
      int before = rows.size();
      while (!bytes.isEnd()) {
        rows.add(reader.read(null, bytes));
      }
      if (rows.size() - before != response.getRowCount()) {
        throw new IOException(
            "a block of " + (rows.size() - before) + " rows says " + response.getRowCount());
      }
    }
    return rows;
  }

  static List<Long> ids(List<GenericRecord> rows) {
    return rows.stream().map(row -> (Long) row.get("id")).toList();
  }
}
