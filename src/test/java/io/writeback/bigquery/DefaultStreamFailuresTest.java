package io.writeback.bigquery;

/** What may fail while rows are streamed at least once. */
class DefaultStreamFailuresTest extends AppendFailuresTest {
  DefaultStreamFailuresTest() {
    super(atLeastOnce("storage_write"));
  }
}
