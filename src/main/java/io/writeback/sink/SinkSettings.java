package io.writeback.sink;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What both sinks are configured with, parsed and checked. Durations in milliseconds, sizes in
 * bytes.
 *
 * @param guarantee what is promised; a destination that cannot keep it refuses at validation
 * @param deliveryId identity of the delivery in the warehouse; default is the connector name
 * @param namespace BigQuery dataset or Redshift schema of tables that do not name their own
 * @param generation grows when an operator starts over
 * @param tableFormat table name template over {topic} {id} {name}
 * @param tableMap topic or DataSet id to table or namespace.table; wins over the template
 * @param suffixChangedNames whether a name that had to be changed gets a checksum of the original
 * @param createFormat name of the table of a snapshot, over {table} {counter}
 * @param metadataColumns columns about the record itself
 * @param topicNames topics as configured; empty if a pattern is used
 * @param topicPattern topics.regex, if used
 * @param bufferMaxBytes heap for batches of the whole task; above it partitions are paused
 * @param snapshotAccept ids of held snapshots that an operator lets through
 */
public record SinkSettings(
    String connector,
    int task,
    int tasks,
    DeliveryGuarantee guarantee,
    String deliveryId,
    int generation,
    WriteMode writeMode,
    String namespace,
    String tableFormat,
    Map<String, String> tableMap,
    boolean suffixChangedNames,
    String createFormat,
    List<MetadataColumn> metadataColumns,
    Upsert upsert,
    Set<String> topicNames,
    Optional<String> topicPattern,
    Flush flush,
    long bufferMaxBytes,
    long closeTimeoutMs,
    Snapshots snapshots,
    Set<String> snapshotAccept) {

  /**
   * What makes two records the same row, and what a tombstone does.
   *
   * @param keyInValue whether the key is made of fields of the value instead of the record's key
   * @param keyFields names of the key's fields; empty for all fields of the record's key
   * @param softDelete whether a tombstone marks its row instead of removing it
   * @param deleteColumn column that a soft delete sets
   */
  public record Upsert(
      boolean keyInValue, List<String> keyFields, boolean softDelete, String deleteColumn) {
    public Upsert {
      keyFields = List.copyOf(keyFields);
    }
  }

  /** When a range is closed: whichever comes first. */
  public record Flush(long rows, long bytes, long intervalMs) {}

  /**
   * Snapshot rules.
   *
   * @param topic where manifests come from
   * @param minRows a version with fewer rows is held
   * @param maxShrinkRatio a version that lost more than this part of the rows last promoted is held
   * @param maxRejectedRows more rejected rows than this hold the snapshot
   * @param missingRowsAllowed whether a snapshot that can never be complete is shown anyway
   * @param rangesIgnored whether offset ranges of manifests are meaningless here (mirrored topics)
   * @param timeoutMs a snapshot that waits longer raises an alarm
   * @param heldMax held snapshots whose staging is kept
   * @param stagingTtlMs staging without a manifest lives this long
   * @param pollMs how often undecided manifests are looked at
   */
  public record Snapshots(
      String topic,
      long minRows,
      double maxShrinkRatio,
      long maxRejectedRows,
      boolean missingRowsAllowed,
      boolean rangesIgnored,
      long timeoutMs,
      int heldMax,
      long stagingTtlMs,
      long pollMs) {}
}
