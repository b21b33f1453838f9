package io.writeback.redshift;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Structs of 12 mixed columns to CSV with zstd level 1, one thread; the baseline writes the same
 * values, held in plain Java fields, straight to CSV and zstd without any Kafka type.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class RowEncoderBenchmark {
  private static final int ROWS = 10_000;

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
      int customer,
      String name,
      String comment,
      BigDecimal price,
      double ratio,
      LocalDate day,
      LocalDateTime at,
      boolean active,
      String status,
      short small) {}

  final Struct[] structs = new Struct[ROWS];
  private final Plain[] plains = new Plain[ROWS];

  @Setup
  @SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
  public void generate() {
    Random random = new Random(42);
    for (int i = 0; i < ROWS; i++) {
      BigDecimal price = new BigDecimal(BigInteger.valueOf(random.nextInt(10_000_000)), 2);
      LocalDate day = LocalDate.of(2020, 1, 1).plusDays(random.nextInt(2000));
      LocalDateTime at = day.atTime(random.nextInt(24), random.nextInt(60), random.nextInt(60));
      Plain row =
          new Plain(
              i * 17L,
              random.nextInt(100_000),
              "Customer#" + random.nextInt(100_000),
              "carefully final packages, \"bold\" " + random.nextInt(1000),
              price,
              random.nextDouble(),
              day,
              at,
              random.nextBoolean(),
              random.nextBoolean() ? "OPEN" : "CLOSED",
              (short) random.nextInt(1000));
      plains[i] = row;
      structs[i] =
          new Struct(SCHEMA)
              .put("id", row.id)
              .put("customer", row.customer)
              .put("name", row.name)
              .put("comment", row.comment)
              .put("price", row.price)
              .put("ratio", row.ratio)
              .put("day", new Date(day.toEpochDay() * 86_400_000L))
              .put("at", new Date(at.toEpochSecond(ZoneOffset.UTC) * 1000))
              .put("active", row.active)
              .put("status", row.status)
              .put("small", row.small);
    }
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long baseline() throws IOException {
    Counter counter = new Counter();
    StringBuilder line = new StringBuilder(256);
    try (OutputStream out = new ZstdOutputStream(counter, 1)) {
      for (Plain row : plains) {
        line.setLength(0);
        line.append(row.id).append(',').append(row.customer).append(',');
        quoted(line, row.name).append(',');
        quoted(line, row.comment).append(',');
        line.append(row.price.toPlainString()).append(',').append(row.ratio).append(',');
        line.append(row.day).append(',').append(row.at).append(',').append(row.active).append(',');
        quoted(line, row.status).append(',').append(row.small).append(",\\N\n");
        out.write(line.toString().getBytes(UTF_8));
      }
    }
    return counter.bytes;
  }

  private static StringBuilder quoted(StringBuilder line, String text) {
    line.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        line.append('"');
      }
      line.append(c);
    }
    return line.append('"');
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long encode() throws IOException {
    Counter counter = new Counter();
    RowEncoder encoder = RowEncoder.of(SCHEMA);
    CsvRow csv = new CsvRow();
    byte[] token = NullToken.bytes(0);
    try (OutputStream out = new ZstdOutputStream(counter, 1)) {
      for (Struct row : structs) {
        csv.begin(token);
        if (!encoder.encode(row, csv)) {
          throw new IllegalStateException("the data holds the null token");
        }
        csv.writeTo(out);
      }
    }
    return counter.bytes;
  }

  private static final class Counter extends OutputStream {
    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] buffer, int off, int len) {
      bytes += len;
    }
  }
}
