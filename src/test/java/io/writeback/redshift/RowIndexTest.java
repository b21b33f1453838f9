package io.writeback.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** From a line of an object back to an offset. */
class RowIndexTest {
  @Test
  void everyLineLeadsToTheRowThatItIsAPartOf() {
    Random random = new Random(11);
    RowIndex index = new RowIndex();
    List<Long> byLine = new ArrayList<>();
    long offset = 1L << 40;
    List<Long> byRecord = new ArrayList<>();
    for (int row = 0; row < 5000; row++) {
      offset += random.nextInt(10) == 0 ? 1 + random.nextInt(1 << 20) : 1;
      int lines = random.nextInt(20) == 0 ? 1 + random.nextInt(300) : 1;
      index.add(offset, lines);
      byRecord.add(offset);
      for (int line = 0; line < lines; line++) {
        byLine.add(offset);
      }
    }
    for (int line = 0; line < byLine.size(); line += 7) {
      assertEquals(OptionalLong.of(byLine.get(line)), index.offset(line + 1L, false));
    }
    for (int record = 0; record < byRecord.size(); record += 7) {
      assertEquals(OptionalLong.of(byRecord.get(record)), index.offset(record + 1L, true));
    }
    assertEquals(byRecord, index.offsets());
    assertEquals(OptionalLong.empty(), index.offset(0, false));
    assertEquals(OptionalLong.empty(), index.offset(byLine.size() + 1L, false));
  }

  @Test
  void rowsInARowTakeOneByteEach() {
    RowIndex index = new RowIndex();
    for (long offset = 0; offset < 100_000; offset++) {
      index.add(offset, 1);
    }
    assertEquals(1 << 17, index.heapBytes());
  }
}
