package io.writeback.redshift;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.luben.zstd.ZstdOutputStream;
import io.writeback.bench.MixedRows;
import io.writeback.bench.MixedRows.Row;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Struct;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
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

  private final Row[] plains = MixedRows.make(ROWS);
  private final Struct[] structs = MixedRows.structs(plains);

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long baseline() throws IOException {
    Counter counter = new Counter();
    StringBuilder line = new StringBuilder(256);
    try (OutputStream out = new ZstdOutputStream(counter, 1)) {
      for (Row row : plains) {
        line.setLength(0);
        line.append(row.id()).append(',').append(row.customer()).append(',');
        quoted(line, row.name()).append(',');
        quoted(line, row.comment()).append(',');
        line.append(row.price().toPlainString()).append(',').append(row.ratio()).append(',');
        line.append(row.day())
            .append(',')
            .append(row.at())
            .append(',')
            .append(row.active())
            .append(',');
        quoted(line, row.status()).append(',').append(row.small()).append(",\\N\n");
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
    RowEncoder encoder = RowEncoder.of(MixedRows.SCHEMA);
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
