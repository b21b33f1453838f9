package io.writeback.domo;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvReader;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.rows.TpchRows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * TPC-H lineitem, 16 typed columns, from CSV bytes to Structs; the baseline is a bare FastCSV pass
 * over the same bytes that looks at every field and makes nothing of it.
 *
 * <p>What limits it: about a quarter of a row's time is the parser, a quarter is Connect's Struct,
 * whose {@code put} checks the value and puts an error text together for every cell, needed or not
 * (ConnectSchema.validateValue, 4.3.1), and the rest makes the values: texts, decimals, dates.
 * {@link #putOnly} fills Structs with values made beforehand and does nothing else.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class RowDecoderBenchmark {
  private static final int ROWS = 20_000;

  private byte[] csv;
  private RecordShape shape;
  private Field[] fields;
  private Object[] values;

  @Setup
  public void generate() {
    RowSource rows = TpchRows.of("lineitem", 0.01);
    StringBuilder text =
        new StringBuilder(
            String.join(",", rows.columns().stream().map(Column::name).toList()) + "\n");
    try (RowCursor cursor = rows.open()) {
      for (int i = 0; i < ROWS; i++) {
        text.append('"').append(String.join("\",\"", cursor.next())).append("\"\n");
      }
    }
    csv = text.toString().getBytes(UTF_8);
    List<DomoColumn> columns =
        rows.columns().stream()
            .map(column -> new DomoColumn(column.name(), ColumnType.of(column.type().name())))
            .toList();
    shape = RecordShape.of("1-2", columns, List.of(), FieldNames.SAFE, Csv.FORMS.decimals());
    Struct first = Csv.structs(columns, Csv.FORMS, new String(csv, UTF_8)).get(0);
    fields = shape.value().fields().toArray(new Field[0]);
    values = Arrays.stream(fields).map(first::get).toArray();
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long baseline() throws IOException {
    Fields fields = new Fields();
    try (CsvReader<Fields> reader =
            CsvReader.builder()
                .build(fields, new InputStreamReader(new ByteArrayInputStream(csv), UTF_8));
        CloseableIterator<Fields> rows = reader.iterator()) {
      while (rows.hasNext()) {
        rows.next();
      }
    }
    return fields.characters;
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public long decode() throws IOException {
    RowDecoder decoder = new RowDecoder(shape, Csv.FORMS, 0);
    long bytes = 0;
    try (CsvReader<CsvHandler> reader = CsvHandler.reader(decoder, new ByteArrayInputStream(csv));
        CloseableIterator<CsvHandler> rows = reader.iterator()) {
      while (rows.hasNext()) {
        rows.next();
        bytes += decoder.bytes();
      }
    }
    return bytes;
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public void putOnly(Blackhole blackhole) {
    for (int row = 0; row < ROWS; row++) {
      Struct struct = new Struct(shape.value());
      for (int i = 0; i < fields.length; i++) {
        struct.put(fields[i], values[i]);
      }
      blackhole.consume(struct);
    }
  }

  private static final class Fields extends AbstractBaseCsvCallbackHandler<Fields> {
    private long characters;

    @Override
    protected void handleField(int index, char[] buf, int offset, int length, boolean quoted) {
      characters += length;
    }

    @Override
    protected Fields buildRecord() {
      return this;
    }
  }
}
