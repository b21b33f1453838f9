/**
 * The Domo source: detects new DataSet versions, spools and verifies each one, and only then emits
 * its rows and the manifest that says they are complete.
 *
 * <p>From the outside in: {@code DomoSourceTask} → {@code SnapshotSource} → a fetch thread ({@code
 * FetchLoop}, {@code DatasetWatch}, {@code SnapshotFetch}) and the poll side ({@code
 * EmissionQueue}, {@code SnapshotEmission}). The fetch thread alone talks to Domo, through {@code
 * DomoApi}.
 *
 * <p>Reading by a cursor goes the same way: {@code IncrementalWatch} → {@code PageFetch} → {@code
 * PageEmission}, with {@code CursorQuery} and {@code OrderCheck} as its pure parts. {@code
 * HandoverWatch} does the one after the other. What is wanted of a DataSet is a {@code
 * RowSelection} in all of them.
 */
package io.writeback.domo;
