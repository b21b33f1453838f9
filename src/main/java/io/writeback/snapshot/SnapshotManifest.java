package io.writeback.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The statement of a source that a snapshot is complete: the only thing that lets a sink show it.
 *
 * @param dataset DataSet id, lower case
 * @param name DataSet name at that time
 * @param topic the data topic that its rows went to, as the broker acknowledged it
 * @param producer name of the source connector
 * @param snapshot opaque id; the rows carry it in {@link SnapshotHeaders#SNAPSHOT}
 * @param version the source's token of the DataSet version
 * @param versionTime the version's time by the source system's clock
 * @param reason why it was sent
 * @param rows number of rows sent and acknowledged; their ordinals are distinct
 * @param dropped number of rows read but removed on the way to Kafka (transforms, converters)
 * @param ranges where the rows lie, or empty if that is not known any more (a resumed snapshot)
 * @param columns the columns of the rows, so that an empty snapshot can make its table too
 * @param schemaFingerprint changes whenever the columns do
 * @param contentHash order-insensitive hash of the rows read, hex
 * @param identity the user as whom the source read; row-level policies apply to it
 * @param started when the source began to read the version
 * @param finished when the last row was acknowledged
 */
public record SnapshotManifest(
    String dataset,
    String name,
    String topic,
    String producer,
    String snapshot,
    String version,
    Instant versionTime,
    Reason reason,
    long rows,
    long dropped,
    Optional<List<Range>> ranges,
    List<Column> columns,
    String schemaFingerprint,
    String contentHash,
    String identity,
    Instant started,
    Instant finished) {

  /** The version of the contract that this class speaks. */
  public static final int CONTRACT = 1;

  public SnapshotManifest {
    Objects.requireNonNull(dataset);
    Objects.requireNonNull(topic);
    Objects.requireNonNull(producer);
    Objects.requireNonNull(snapshot);
    Objects.requireNonNull(version);
    Objects.requireNonNull(reason);
    ranges = ranges.map(List::copyOf);
    columns = List.copyOf(columns);
    if (rows < 0 || dropped < 0) {
      throw new IllegalArgumentException("rows and dropped count from 0");
    }
  }

  /** Why a snapshot was sent. */
  public enum Reason {
    /** No earlier snapshot is known to the source. */
    FIRST,
    /** The DataSet has a new version. */
    VERSION,
    /** The same version again, because somebody asked for it or a late joiner may need it. */
    RESEND
  }

  /**
   * The rows of the snapshot in one partition.
   *
   * @param first offset of the first row
   * @param end offset after the last row
   * @param rows number of rows; fewer than {@code end - first} where others lie between
   */
  public record Range(String topic, int partition, long first, long end, long rows) {}

  /**
   * A column.
   *
   * @param name field name in the records
   * @param type Connect type name in lower case, such as {@code int64}
   * @param logical name of the Connect logical type, or empty
   * @param scale decimal digits of a Decimal, or empty
   * @param key whether it is part of the record key
   */
  public record Column(
      String name, String type, Optional<String> logical, Optional<Integer> scale, boolean key) {}
}
