package io.writeback.bigquery;

/** Tests of tasks that stream exactly once. */
abstract class StreamScenario extends BigQueryScenario {
  final BigQueryRig rig(String... changes) {
    return rig(streams(), changes);
  }
}
