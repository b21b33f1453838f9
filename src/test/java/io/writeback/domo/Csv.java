package io.writeback.domo;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.connect.data.Struct;

/** Small exports for tests. */
final class Csv {
  static final CellForms FORMS =
      new CellForms(new Decimals(Decimals.Handling.PRECISE, 2), new NullCells(""));

  private Csv() {}

  /** Columns from {@code name:TYPE}. */
  static List<DomoColumn> columns(String... specs) {
    return Arrays.stream(specs)
        .map(spec -> spec.split(":", 2))
        .map(parts -> new DomoColumn(parts[0], ColumnType.of(parts[1])))
        .toList();
  }

  static RowAudit audit(List<DomoColumn> columns, String csv) {
    return audit(columns, csv, RowSample.none());
  }

  static RowAudit audit(List<DomoColumn> columns, String csv, RowSample sample) {
    RowAudit audit = new RowAudit(columns, FORMS, new CheckedCells(sample));
    read(audit, csv, () -> {});
    return audit;
  }

  static List<Struct> structs(List<DomoColumn> columns, CellForms forms, String csv) {
    RecordShape shape =
        RecordShape.of("1-2", columns, List.of(), FieldNames.SAFE, forms.decimals());
    RowDecoder decoder = new RowDecoder(shape, forms, 0);
    List<Struct> structs = new ArrayList<>();
    read(
        decoder,
        csv,
        () -> {
          if (decoder.row() > structs.size()) {
            structs.add(decoder.struct());
          }
        });
    return structs;
  }

  private static void read(CsvHandler handler, String csv, Runnable each) {
    try (CsvReader<CsvHandler> reader =
            CsvHandler.reader(
                handler, new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)));
        CloseableIterator<CsvHandler> rows = reader.iterator()) {
      while (rows.hasNext()) {
        rows.next();
        each.run();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
