package io.writeback.sink;

import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** What the parts of one engine share. */
record TaskScope(
    SinkSettings settings,
    EngineTuning tuning,
    Destination destination,
    SinkTaskContext context,
    Background background,
    EngineMetrics metrics,
    Failure failure,
    InstantSource clock,
    RandomGenerator random) {
  long nowMs() {
    return clock.millis();
  }

  Retry retry(String what) {
    return new Retry(what, tuning, random);
  }
}
