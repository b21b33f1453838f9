package io.writeback.bigquery;

import com.google.cloud.bigquery.storage.v1.BQTableSchemaToProtoDescriptor;
import com.google.cloud.bigquery.storage.v1.JsonToProtoMessage;
import com.google.cloud.bigquery.storage.v1.TableFieldSchema;
import com.google.cloud.bigquery.storage.v1.TableSchema;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
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

  private static final Schema SCHEMA =
      SchemaBuilder.struct()
          .field("id", Schema.INT64_SCHEMA)
          .field("customer", Schema.OPTIONAL_INT32_SCHEMA)
          .field("name", Schema.OPTIONAL_STRING_SCHEMA)
          .field("comment", Schema.OPTIONAL_STRING_SCHEMA)
          .field("price", Decimal.builder(2).optional().build())
          .field("ratio", Schema.OPTIONAL_FLOAT64_SCHEMA)
          .field("day", org.apache.kafka.connect.data.Date.builder().optional().build())
          .field("at", Timestamp.builder().optional().build())
          .field("active", Schema.OPTIONAL_BOOLEAN_SCHEMA)
          .field("status", Schema.OPTIONAL_STRING_SCHEMA)
          .field("small", Schema.OPTIONAL_INT16_SCHEMA)
          .field("note", Schema.OPTIONAL_STRING_SCHEMA)
          .build();

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
      long small) {}

  private final Struct[] structs = new Struct[ROWS];
  private final Plain[] plains = new Plain[ROWS];
  private final JSONObject[] objects = new JSONObject[ROWS];
  private final byte[] bytes = new byte[1 << 20];
  private final ProtoBuffer out = new ProtoBuffer(1 << 20);
  private final ProtoEncoder encoder =
      ProtoCompiler.compile(SCHEMA, List.of(), Map.of(), FloatPolicy.KEEP);
  private TableSchema vendorSchema;
  private Descriptor vendorDescriptor;

  @Setup
  @SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
  public void generate() throws DescriptorValidationException {
    Random random = new Random(42);
    for (int i = 0; i < ROWS; i++) {
      BigDecimal price = new BigDecimal(BigInteger.valueOf(random.nextInt(10_000_000)), 2);
      int day = (int) LocalDate.of(2020, 1, 1).toEpochDay() + random.nextInt(2000);
      Plain row =
          new Plain(
              i * 17L,
              random.nextInt(100_000),
              "Customer#" + random.nextInt(100_000),
              "carefully final packages, \"bold\" " + random.nextInt(1000),
              price.toPlainString(),
              random.nextDouble(),
              day,
              (day * 86_400L + random.nextInt(86_400)) * 1_000_000,
              random.nextBoolean(),
              random.nextBoolean() ? "OPEN" : "CLOSED",
              random.nextInt(1000));
      plains[i] = row;
      structs[i] =
          new Struct(SCHEMA)
              .put("id", row.id)
              .put("customer", (int) row.customer)
              .put("name", row.name)
              .put("comment", row.comment)
              .put("price", price)
              .put("ratio", row.ratio)
              .put("day", new Date(row.day * 86_400_000L))
              .put("at", new Date(row.at / 1000))
              .put("active", row.active)
              .put("status", row.status)
              .put("small", (short) row.small);
    }
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
        TableFields.of(io.writeback.sink.TableSchema.ofValue(SCHEMA).columns())) {
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
