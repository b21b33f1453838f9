package io.writeback.bigquery;

import com.google.cloud.bigquery.storage.v1.BQTableSchemaToProtoDescriptor;
import com.google.cloud.bigquery.storage.v1.JsonToProtoMessage;
import com.google.cloud.bigquery.storage.v1.TableFieldSchema;
import com.google.cloud.bigquery.storage.v1.TableSchema;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import io.writeback.bench.MixedRows;
import io.writeback.bench.MixedRows.Row;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Struct;
import org.json.JSONObject;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Structs of 12 mixed columns to protobuf, one thread. The baseline writes the same values, already
 * converted to what goes over the wire, with CodedOutputStream. The vendor's converter begins with
 * JSON objects that are made beforehand.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ProtoEncoderBenchmark {
  /** As many as Connect delivers at once by default: rows come from the converter's hands. */
  private static final int ROWS = 500;

  /** The values as they go over the wire. */
  private record Plain(
      long id,
      long customer,
      String name,
      String comment,
      String price,
      double ratio,
      int day,
      long at,
      boolean active,
      String status,
      long small) {
    static Plain of(Row row) {
      return new Plain(
          row.id(),
          row.customer(),
          row.name(),
          row.comment(),
          row.price().toPlainString(),
          row.ratio(),
          (int) row.day().toEpochDay(),
          row.seconds() * 1_000_000,
          row.active(),
          row.status(),
          row.small());
    }
  }

  private final Row[] rows = MixedRows.make(ROWS);
  private final Struct[] structs = MixedRows.structs(rows);
  private final Plain[] plains = Stream.of(rows).map(Plain::of).toArray(Plain[]::new);
  private final JSONObject[] objects = new JSONObject[ROWS];
  private final byte[] bytes = new byte[1 << 20];
  private final ProtoBuffer out = new ProtoBuffer(1 << 20);
  private final ProtoEncoder encoder =
      ProtoCompiler.compile(MixedRows.SCHEMA, List.of(), Map.of(), RowShape.Rules.USUAL);
  private TableSchema vendorSchema;
  private Descriptor vendorDescriptor;

  @Setup
  public void generate() throws DescriptorValidationException {
    for (int i = 0; i < ROWS; i++) {
      Plain row = plains[i];
      objects[i] =
          new JSONObject()
              .put("id", row.id)
              .put("customer", row.customer)
              .put("name", row.name)
              .put("comment", row.comment)
              .put("price", row.price)
              .put("ratio", row.ratio)
              .put("day", row.day)
              .put("at", row.at)
              .put("active", row.active)
              .put("status", row.status)
              .put("small", row.small);
    }
    vendorSchema = vendorSchema();
    vendorDescriptor =
        BQTableSchemaToProtoDescriptor.convertBQTableSchemaToProtoDescriptor(vendorSchema);
  }

  private static TableSchema vendorSchema() {
    TableSchema.Builder schema = TableSchema.newBuilder();
    for (com.google.api.services.bigquery.model.TableFieldSchema field :
        TableFields.of(
            io.writeback.sink.TableSchema.ofValue(MixedRows.SCHEMA).columns(),
            ColumnNaming.UNDERSCORE)) {
      String type = field.getType();
      schema.addFields(
          TableFieldSchema.newBuilder()
              .setName(field.getName())
              .setMode(TableFieldSchema.Mode.NULLABLE)
              .setType(
                  TableFieldSchema.Type.valueOf(
                      Map.of("INTEGER", "INT64", "FLOAT", "DOUBLE", "BOOLEAN", "BOOL")
                          .getOrDefault(type, type))));
    }
    return schema.build();
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long baseline() throws IOException {
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (Plain row : plains) {
      out.writeInt64(1, row.id);
      out.writeInt64(2, row.customer);
      out.writeString(3, row.name);
      out.writeString(4, row.comment);
      out.writeString(5, row.price);
      out.writeDouble(6, row.ratio);
      out.writeInt32(7, row.day);
      out.writeInt64(8, row.at);
      out.writeBool(9, row.active);
      out.writeString(10, row.status);
      out.writeInt64(11, row.small);
    }
    return out.getTotalBytesWritten();
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long encode() {
    out.backTo(0);
    for (Struct row : structs) {
      encoder.write(row, out);
    }
    return out.position();
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long vendorJson() {
    long size = 0;
    for (JSONObject row : objects) {
      size +=
          JsonToProtoMessage.INSTANCE
              .convertToProtoMessage(vendorDescriptor, vendorSchema, row, false)
              .toByteString()
              .size();
    }
    return size;
  }
}
