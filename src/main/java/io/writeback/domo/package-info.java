/**
 * The Domo source: detects new DataSet versions, spools and verifies each one, and only then emits
 * its rows and the manifest that says they are complete.
 *
 * <p>From the outside in: {@code DomoSourceTask} → {@code SnapshotSource} → a fetch thread ({@code
 * FetchLoop}, {@code DatasetWatch}, {@code SnapshotFetch}) and the poll side ({@code
 * EmissionQueue}, {@code SnapshotEmission}). The fetch thread alone talks to Domo, through {@code
 * DomoApi}.
 */
package io.writeback.domo;
