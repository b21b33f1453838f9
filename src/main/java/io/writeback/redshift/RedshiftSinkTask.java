package io.writeback.redshift;

import io.writeback.metrics.TaskMetrics;
import io.writeback.sink.EngineTask;
import io.writeback.sink.SinkEngine;
import java.time.Clock;
import java.util.Map;

/** The engine with Redshift behind it. */
public final class RedshiftSinkTask extends EngineTask {
  @Override
  protected SinkEngine engine(Map<String, String> props) {
    RedshiftSinkConfig config = new RedshiftSinkConfig(props);
    return new SinkEngine(
        config.sink(),
        new RedshiftDestination(RedshiftParts.of(config)),
        context,
        TaskMetrics.of(context),
        Clock.systemUTC());
  }
}
