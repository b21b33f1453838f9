/**
 * The BigQuery sink. {@code BigQueryDestination} is the engine's way in; {@code RegisterChain}
 * holds the exactly-once protocol for rows that go straight to tables, {@code SnapshotStager} and
 * {@code BigQuerySnapshots} that for snapshots. {@code BigQuerySql}, the encoders and the types are
 * pure.
 */
package io.writeback.bigquery;
