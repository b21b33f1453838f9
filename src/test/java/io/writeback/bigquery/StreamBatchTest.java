package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.sink.SinkRow;
import io.writeback.sink.Target;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** How rows are kept until they are sent. */
class StreamBatchTest {
  private static final int MIB = 1 << 20;
  private static final Schema ROW =
      SchemaBuilder.struct()
          .field("id", Schema.INT64_SCHEMA)
          .field("text", Schema.STRING_SCHEMA)
          .build();

  /** With a heap of a few GB, G1 gives arrays of half a MiB and more whole regions of a MiB. */
  @Test
  void fullRequestsTakeHardlyMoreHeapThanTheirRows() {
    StreamBatch batch = batch(30_000, row -> 200 + row % 100);
    List<RowSegment> requests = batch.pending();
    assertTrue(requests.size() > 5, requests.size() + " requests");
    for (RowSegment request : requests.subList(0, requests.size() - 1)) {
      assertTrue(request.bytes().array().length + 16 <= MIB, "an array of more than one region");
      assertTrue(request.bytes().position() > 0.95 * MIB, "a request that is not full");
    }
    assertEquals(30_000, requests.stream().mapToInt(RowSegment::rows).sum());
  }

  @Test
  void aRowThatIsLargerThanAllBeforeItGoesIntoTheNextRequest() {
    StreamBatch batch = batch(4, row -> row < 3 ? 200_000 : 600_000);
    List<RowSegment> requests = batch.pending();
    assertEquals(List.of(3, 1), requests.stream().map(RowSegment::rows).toList());
    assertEquals(3, requests.get(1).firstOffset());
    assertTrue(batch.heapBytes() < 1.8 * MIB, batch.heapBytes() + " bytes for 1.2 million");
  }

  @Test
  void aRowLargerThanARequestTravelsAlone() {
    StreamBatch batch = batch(3, row -> row == 1 ? 3 * MIB : 10);
    assertEquals(List.of(1, 1, 1), batch.pending().stream().map(RowSegment::rows).toList());
    assertEquals(3, batch.pending().get(1).proto().getSerializedRows(0).size() / MIB);
  }

  private static StreamBatch batch(int rows, IntUnaryOperator sizes) {
    RowShape.Rules rules =
        new RowShape.Rules(RowShape.Maps.JSON, RowShape.Decimals.AUTO, TypeChange.FAIL);
    StreamBatch batch =
        new StreamBatch(
            new Target("sales", "orders"),
            new ProtoEncoders(
                Map.of(),
                new BigQuerySettings.Streaming(MIB, 16 * MIB, 0, 0, rules)),
            row -> (Struct) row.record().value(),
            (row, encoder, out) -> {},
            MIB,
            offset -> false);
    for (int row = 0; row < rows; row++) {
      Struct value =
          new Struct(ROW).put("id", (long) row).put("text", "x".repeat(sizes.applyAsInt(row)));
      batch.add(
          new SinkRow(
              new SinkRecord("orders", 0, null, null, ROW, value, row), row, OptionalLong.empty()));
    }
    return batch;
  }
}
