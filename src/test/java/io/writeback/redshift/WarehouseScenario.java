package io.writeback.redshift;

import io.writeback.sink.Claim;
import io.writeback.sink.Destination;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Tests of one class share a warehouse; no fault of one meets the next. */
abstract class WarehouseScenario {
  static Warehouse warehouse;

  @BeforeAll
  static void start() throws Exception {
    warehouse = new Warehouse();
  }

  @AfterAll
  static void stop() {
    warehouse.close();
  }

  @AfterEach
  final void healthy() {
    warehouse.redshift.faults().clear();
    warehouse.s3.faults().clear();
  }

  /** Claims the first partition of a topic. */
  static Claim claim(Destination destination, String topic) {
    return claim(destination, topic, 0);
  }

  static Claim claim(Destination destination, String topic, int partition) {
    return destination.claim(new TopicPartition(topic, partition), OptionalLong.of(0));
  }
}
