package io.writeback.standin.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A DataSet far larger than the heap of the tests streams through a few buffers. */
class ThroughputTest {
  private static final long ROWS = 3_000_000;

  @Test
  void threeMillionRowsStreamWithFlatMemory() throws Exception {
    try (DomoStandIn domo = DomoStandIn.start(Settings.defaults());
        DomoClient client = DomoClient.loggedIn(domo)) {
      DomoDataSet dataSet = domo.add(DataSetSpec.of("large", new Counting(ROWS)));
      long before = live();
      long begin = System.nanoTime();
      client.stream(
          "GET",
          "/v1/datasets/" + dataSet.id() + "/data",
          null,
          (response, body) -> {
            long lines = 0;
            boolean measured = false;
            byte[] buffer = new byte[1 << 16];
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
              lines += count(buffer, n);
              if (lines > ROWS / 2 && !measured) {
                measured = true;
                // The half that was sent has 100 MB as CSV and far more as cells.
                long grown = live() - before;
                assertTrue(grown < 20 << 20, "holds " + grown + " bytes in mid-body");
              }
            }
            assertEquals(ROWS, lines);
            return lines;
          });
      double seconds = (System.nanoTime() - begin) / 1e9;
      System.out.printf("stand-in  domo csv  %,.0f rows/s%n", ROWS / seconds);
      assertEquals(
          "[[" + ROWS + "]]",
          client.query(dataSet.id(), "SELECT COUNT(*) FROM t").json().get("rows").toString());
    }
  }

  @Test
  void aQuerysAnswerStreamsUpToTheCap() throws IOException {
    try (DomoStandIn domo = DomoStandIn.start(Settings.defaults());
        DomoClient client = DomoClient.loggedIn(domo)) {
      DomoDataSet dataSet = domo.add(DataSetSpec.of("large", new Counting(1_200_000)));
      long tail =
          client.stream(
              "POST",
              "/v1/datasets/query/execute/" + dataSet.id(),
              "{\"sql\":\"SELECT id FROM t\"}",
              (response, body) -> tailOf(body, "\"numRows\":"));
      assertEquals(1_000_000, tail);
    }
  }

  private static long tailOf(InputStream body, String marker) throws IOException {
    byte[] buffer = new byte[1 << 16];
    String end = "";
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      end += new String(buffer, 0, n, java.nio.charset.StandardCharsets.US_ASCII);
      end = end.substring(Math.max(0, end.length() - 200));
    }
    String rest = end.substring(end.indexOf(marker) + marker.length());
    return Long.parseLong(rest.substring(0, rest.indexOf(',')));
  }

  private static long count(byte[] buffer, int length) {
    long lines = 0;
    for (int i = 0; i < length; i++) {
      lines += buffer[i] == '\n' ? 1 : 0;
    }
    return lines;
  }

  private static long live() {
    Runtime runtime = Runtime.getRuntime();
    runtime.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Ten columns that cost little to make, so that the server is what is measured. */
  private record Counting(long rowCount) implements RowSource {
    @Override
    public List<Column> columns() {
      return List.of(
          new Column("id", DomoType.LONG),
          new Column("a", DomoType.STRING),
          new Column("b", DomoType.STRING),
          new Column("c", DomoType.STRING),
          new Column("d", DomoType.STRING),
          new Column("e", DomoType.DATE),
          new Column("f", DomoType.DECIMAL),
          new Column("g", DomoType.DOUBLE),
          new Column("h", DomoType.STRING),
          new Column("i", DomoType.STRING));
    }

    @Override
    public RowCursor open() {
      return new RowCursor() {
        private long at;

        @Override
        public String[] next() {
          if (at == rowCount) {
            return null;
          }
          String id = Long.toString(at++);
          return new String[] {
            id, "some words", null, "", "more, words", "2026-01-01", "12.50", "0.5", id, "end"
          };
        }
      };
    }
  }
}
