package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class GzipRowsTest {
  @Test
  void keepsLinesAndKnowsTheOffsetAtEachPosition() throws IOException {
    GzipRows rows = new GzipRows();
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      byte[] line =
          ("{\"row\":" + i + "}\nrest that does not count").getBytes(StandardCharsets.UTF_8);
      int length = ("{\"row\":" + i + "}\n").length();
      rows.add(line, length, 1_000 + 3L * i);
      plain.append("{\"row\":").append(i).append("}\n");
    }
    rows.close();
    rows.close();

    try (GZIPInputStream in =
        new GZIPInputStream(new ByteArrayInputStream(rows.array(), 0, rows.length()))) {
      assertEquals(plain.toString(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    assertEquals(500, rows.rows());
    assertEquals(plain.length(), rows.rawBytes());
    assertEquals(1_000, rows.offsetAt(0));
    assertEquals(1_000, rows.offsetAt(9));
    assertEquals(1_003, rows.offsetAt(plain.indexOf("\n") + 1));
    assertEquals(1_000 + 3 * 499, rows.offsetAt(plain.length() - 1));
    assertEquals(-1, rows.offsetAt(plain.length()));
    assertTrue(rows.heapBytes() >= rows.length());
  }
}
