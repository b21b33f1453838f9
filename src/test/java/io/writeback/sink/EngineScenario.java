package io.writeback.sink;

import static io.writeback.sink.FakeKafka.tp;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;

/** An engine under Connect's loop, against a warehouse on the heap. */
abstract class EngineScenario {
  static final TopicPartition A = tp("a", 0);
  static final TopicPartition B = tp("b", 0);

  final EngineRig rig = EngineRig.fresh(Map.of());

  void rows(TopicPartition partition, int n) {
    for (int i = 0; i < n; i++) {
      rig.kafka.row(partition, "good");
    }
  }

  static List<String> ids(TopicPartition partition, long from, long to) {
    return LongStream.range(from, to).mapToObj(offset -> partition + "@" + offset).toList();
  }
}
