package io.writeback.bigquery;

import io.writeback.metrics.TaskMetrics;
import io.writeback.retry.Sleeper;
import io.writeback.sink.EngineTask;
import io.writeback.sink.SinkEngine;
import java.time.Clock;
import java.util.Map;

/** The engine with BigQuery behind it. */
public final class BigQuerySinkTask extends EngineTask {
  @Override
  protected SinkEngine engine(Map<String, String> props) {
    BigQuerySinkConfig config = new BigQuerySinkConfig(props);
    Clock clock = Clock.systemUTC();
    return new SinkEngine(
        config.sink(),
        new BigQueryDestinations(config.sink(), config.bigQuery(), clock, Sleeper.real()).open(),
        context,
        TaskMetrics.of(context),
        clock);
  }
}
